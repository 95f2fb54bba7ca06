"""The addresses of the pages: in French, as people read them; never a name or an INS in them."""

from django.urls import path

from eprouvette.web.views import (
    correction,
    deliveries,
    dossier,
    dossiers,
    health,
    new_dossier,
    partner,
    received,
    report,
    session,
    style,
)

urlpatterns = [
    path("", dossiers.index, name="dossiers"),
    path("connexion", session.sign_in, name="sign_in"),
    path("quitter", session.sign_out, name="sign_out"),
    path("aller", dossiers.jump, name="jump"),
    path("dossiers/nouveau", new_dossier.new, name="new_dossier"),
    path("dossiers/<int:dossier_id>", dossier.show, name="dossier"),
    path("dossiers/<int:dossier_id>/valider", dossier.act, name="dossier_act"),
    path("dossiers/<int:dossier_id>/liberer", dossier.release, name="release"),
    path("dossiers/<int:dossier_id>/corriger", correction.correct, name="correct"),
    path("dossiers/<int:dossier_id>/correction/clore", correction.close, name="close_correction"),
    path("dossiers/<int:dossier_id>/sous-traitance", partner.receive, name="receive_partner"),
    path("sous-traitance/<int:report_id>", partner.show, name="partner_report"),
    path("sous-traitance/<int:report_id>/retirer", partner.remove, name="remove_partner"),
    path("comptes-rendus/<int:release_id>", report.show, name="report"),
    path("comptes-rendus/<int:release_id>/page", report.page, name="report_html"),
    path("comptes-rendus/<int:release_id>/fichiers/<slug:form>", report.file, name="report_file"),
    path("comptes-rendus/<int:release_id>/<slug:tab>", report.show, name="report_tab"),
    path("envois", deliveries.index, name="deliveries"),
    path("envois/<int:delivery_id>/renvoyer", deliveries.retry, name="retry_delivery"),
    path("envois/canaux/<slug:channel>/reprendre", deliveries.resume, name="resume_channel"),
    path("messages", received.index, name="received"),
    path("messages/<int:message_id>", received.show, name="received_message"),
    path("messages/<int:message_id>/rattacher", received.attach, name="attach_message"),
    path("presentation", style.show, name="report_style"),
    path("presentation/<int:style_id>/apercu", style.page, name="report_style_page"),
    path("presentation/<int:style_id>/pdf", style.paper, name="report_style_pdf"),
    path("presentation/<int:style_id>/utiliser", style.use, name="use_report_style"),
    path("sante", health.status, name="health"),
]
