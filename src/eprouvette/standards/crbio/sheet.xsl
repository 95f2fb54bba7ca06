<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" id="feuille" xml:id="feuille" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:data="urn:asip-sante:ci-sis" xmlns:c="urn:hl7-org:v3" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" exclude-result-prefixes="data c lab sdtc xsi"><!--CONTENU-->
<!-- Shows a French CDA document. Nothing of the document becomes markup: elements are named one by one, attributes are
     not copied, nothing is fetched, nothing runs. Works on a plain document and on the file that holds it. -->
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
<xsl:param name="attachments" select="'oui'"/>
<xsl:strip-space elements="c:ClinicalDocument c:recordTarget c:patientRole c:patient c:name c:table c:thead c:tbody c:tfoot c:tr c:list"/>

<xsl:variable name="doc" select="(//c:ClinicalDocument)[1]"/>
<!-- a result by the words that name it in the narrative; an earlier one carries the same name and is left out -->
<xsl:key name="doer" match="c:component//c:performer/c:assignedEntity" use="c:representedOrganization/c:name"/>
<xsl:key name="row" match="c:tr" use="c:td[1]/c:content[1]/@ID"/>
<xsl:key name="result" match="c:observation[not(parent::c:entryRelationship[@typeCode='REFR'])]" use="c:code/c:originalText/c:reference/@value"/>

<xsl:template match="/">
  <html lang="fr">
    <head>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; object-src data:; frame-src data:; base-uri 'none'; form-action 'none'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="robots" content="noindex"/>
      <title><xsl:value-of select="$doc/c:title"/></title>
      <style>
:root{color-scheme:light;--ink:#16202a;--soft:#4c5965;--line:#c3cbd2;--band:#eef2f4;--alert:#8c1d18;--alert-bg:#fdf1ef;--accent:#123f52}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font:15px/1.35 "Source Sans 3","Segoe UI","Noto Sans","DejaVu Sans",Roboto,Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:16px 24px 32px}
h1{font-size:21px;line-height:1.2;margin:0}
h2{font-size:18px;margin:22px 0 0;padding:2px 0;color:var(--accent);border-bottom:2px solid var(--accent)}
h3{font-size:16px;margin:14px 0 2px}
h4{font-size:13px;margin:0 0 2px;color:var(--soft);font-weight:600}
p{margin:2px 0}
a{color:var(--accent)}
.strip{display:none}
.top{display:flex;justify-content:space-between;align-items:flex-start;gap:24px;padding-bottom:10px}
.top .labo{order:-1}.labo b{font-size:17px;color:var(--accent)}.top .about{text-align:right;flex:none}.number{font-size:16px}.told{padding:8px 12px 0}.told h2,.told p,.told .text{display:inline;border:0;margin:0;padding:0}.told h2{font-size:12px;font-weight:400;color:var(--soft);margin-right:6px}
.logo{max-height:64px;max-width:220px;display:inline-block;margin-bottom:4px}.mentions{margin-top:12px;font-size:12.5px;color:var(--soft)}
.frame{border:2px solid var(--ink);padding:5px 12px;margin:8px 0;font-weight:700}
.critical{font-weight:400;margin-top:12px}.critical .h,.critical h2{font-weight:700;margin:0;padding:0;border:0;font-size:15px;color:var(--ink)}.critical .soft{margin-left:8px}.critical ul{list-style:none;margin:2px 0;padding:0;columns:2 380px}.critical li{break-inside:avoid}
.patient{background:var(--band);padding:8px 12px}
.who{font-size:20px;font-weight:700;margin:0 0 4px}
.who span{display:block;font-weight:400;font-size:15px}
.traits,.facts{display:grid;grid-template-columns:repeat(4,1fr);gap:4px 20px;margin:0}.traits{grid-auto-flow:dense}
.traits div,.facts div{min-width:0}
.traits dd{font-weight:600}.traits .weak dd,.traits .wide dd{font-weight:400}
.traits .wide{grid-column:span 2}
.facts{padding:8px 12px 0}.facts dt,.facts dd{display:inline}.facts dd{margin-left:6px}
.keep{white-space:nowrap}
.one{display:inline-block;max-width:100%;overflow-wrap:anywhere}
dt{color:var(--soft);font-size:12px}
dd{margin:0;overflow-wrap:anywhere}
.ins{letter-spacing:.02em}.ins span{margin-left:.32em;white-space:nowrap}
.people{display:grid;grid-template-columns:repeat(4,1fr);gap:8px 20px;padding:8px 12px 0}
.people div{min-width:0}
.people p,.end p{margin:0}.people p{font-size:14px}
.soft,.det{color:var(--soft);font-size:13px}
.text{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:4px 0 6px}
caption{text-align:left;font-weight:700;padding:4px 0}
th,td{text-align:left;vertical-align:top;padding:4px 8px;border-bottom:1px solid var(--line);overflow-wrap:break-word}
thead th{font-size:12.5px;color:var(--soft);font-weight:600;border-bottom:1.5px solid var(--soft);vertical-align:bottom}
thead{display:table-header-group}
tr{break-inside:avoid}
.c6 .k0{width:31%}.c6 .k1{width:9%}.c6 .k2{width:10.5%}.c6 td.k2{font-size:14px}.c6 .k3{width:15%}.c6 td.k3{font-size:13px}.c6 .k4{width:16%}.c6 .k5{position:relative}
.c6 thead th{white-space:nowrap}
.num,.c6 thead .k1{text-align:right;white-space:nowrap}
.bil{background:var(--band);font-weight:700;padding-top:6px}
.abn{color:var(--alert)}
tr.abn{color:inherit;background:var(--alert-bg)}
.b{font-weight:700}.i{font-style:italic}.u{text-decoration:underline}
td.com{border-left:3px solid var(--line);padding-left:12px;font-style:italic}
tr.alt{background:var(--band)}
.rem{margin:4px 0}
ul,ol{margin:4px 0;padding-left:22px}
.legend{margin-top:22px}
.end{margin-top:14px;border-top:2px solid var(--ink);padding-top:8px;display:grid;grid-template-columns:repeat(4,1fr);gap:10px 20px}
.end p,.end .soft{font-size:12.5px;overflow-wrap:anywhere}.end div{break-inside:avoid}
object{width:100%;height:1100px;border:1px solid var(--line)}
img{max-width:100%}
.bar,.spark{fill:none;stroke:var(--soft);stroke-width:1}.bar{display:block;margin:4px 0 2px}.spark{display:block;margin-top:2px}@media screen and (min-width:1160px){.spark{position:absolute;top:6px;right:4px;width:52px}}.bar rect{fill:var(--band)}.bar circle,.spark circle{fill:var(--ink);stroke:none}
@media screen and (max-width:1100px){.facts{grid-template-columns:repeat(3,1fr)}}
@media screen and (max-width:760px){.traits,.facts,.people,.end{grid-template-columns:1fr 1fr}main{padding:12px}.top{display:block}.top .about{text-align:left}}
@media print{@page{size:A4;margin:11mm 12mm 14mm;@bottom-right{content:"Page " counter(page) " / " counter(pages);font:8.5pt sans-serif}}
body{font-size:8.4pt;line-height:1.25}.people p,.end p,.end .soft,.soft,.det,.mentions,.c6 td.k2,.c6 td.k3,.told h2{font-size:7.2pt;line-height:1.25}dt,thead th,h4{font-size:7.2pt}.critical h2,.critical .h{font-size:8.4pt}.rem{margin:2pt 0}.facts{grid-template-columns:repeat(3,1fr);gap:2pt 14pt}.facts,.people,.told{padding-top:4pt}.c6 .k0{width:27%}.c6 .k1{width:10%}.c6 .k2{width:10%}.c6 .k3{width:15%}.c6 .k4{width:16%}.c6 td.k5{font-size:7.6pt}.legend{margin-top:8pt}.bar{margin:1pt 0 0}.bar,.spark{width:46pt;height:auto}.who{font-size:13pt}.who span{font-size:9.5pt}h1{font-size:13pt;white-space:nowrap}.labo b{font-size:12pt}.number{font-size:10pt}h2{font-size:12pt;margin-top:12pt}h3{font-size:10pt}.bil{break-after:avoid}
th,td{padding:1.6pt 4pt;overflow-wrap:anywhere}.c6 th,.c6 td{overflow-wrap:break-word}.text{overflow:visible}
main{max-width:none;padding:0;display:table;width:100%}.strip{display:table-header-group;break-inside:avoid}.strip div{font-size:8.5pt;border-bottom:1px solid var(--line);padding-bottom:2px;margin-bottom:6px}.flow{display:table-row-group}
h2,h3{break-after:avoid}.patient,.frame,.facts{break-inside:avoid}h2,.bil,.patient,tr.abn,.bar{-webkit-print-color-adjust:exact;print-color-adjust:exact}.screen{display:none}}
      </style>
    </head>
    <body>
      <main>
        <xsl:for-each select="$doc/c:recordTarget/c:patientRole">
          <div class="strip"><div><b><xsl:call-template name="who"/></b><br/>Nom et 1er prénom de naissance<xsl:for-each select="c:patient/c:birthTime[@value]"> · né(e) le <xsl:call-template name="day"><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:for-each><xsl:for-each select="c:patient/c:administrativeGenderCode"> · sexe <xsl:apply-templates select="." mode="sex"/></xsl:for-each><xsl:for-each select="c:patient/c:name[1]/c:family[@qualifier='CL']"> · nom utilisé <xsl:value-of select="."/></xsl:for-each><xsl:for-each select="c:patient/c:name[1]/c:given[@qualifier='CL']"> · prénom utilisé <xsl:value-of select="."/></xsl:for-each><xsl:for-each select="$doc/c:documentationOf[1]/c:serviceEvent/c:id"> · compte rendu n°&#160;<xsl:value-of select="@extension"/></xsl:for-each></div></div>
        </xsl:for-each>
        <div class="flow"><xsl:apply-templates select="$doc"/></div>
      </main>
    </body>
  </html>
</xsl:template>

<xsl:template match="c:ClinicalDocument">
  <div class="top">
    <div class="about">
      <h1><xsl:value-of select="c:title"/></h1>
      <p class="number">n°&#160;<xsl:value-of select="c:documentationOf[1]/c:serviceEvent/c:id/@extension"/></p>
    </div>
    <div class="labo"><!--LOGO-->
      <xsl:for-each select="c:componentOf/c:encompassingEncounter/c:responsibleParty/c:assignedEntity/c:representedOrganization">
        <b><xsl:value-of select="c:name"/></b><br/>
        <span class="soft"><xsl:apply-templates select="c:addr" mode="line"/>
        <xsl:for-each select="c:telecom[@value]"> · <xsl:apply-templates select="." mode="line"/></xsl:for-each>
        <xsl:for-each select="c:id[@assigningAuthorityName]"> · <span class="keep"><xsl:value-of select="@assigningAuthorityName"/>&#160;<xsl:value-of select="@extension"/></span></xsl:for-each></span>
      </xsl:for-each><!--ENTETE-->
    </div>
  </div>
  <xsl:if test="c:documentationOf[1]/c:serviceEvent/lab:statusCode/@code='active'"><p class="frame">Compte rendu partiel : d'autres résultats suivront.</p></xsl:if>
  <xsl:variable name="version">Version <xsl:value-of select="c:versionNumber/@value"/> : </xsl:variable>
  <xsl:variable name="before">la version <xsl:value-of select="c:versionNumber/@value - 1"/></xsl:variable>
  <xsl:choose>
    <xsl:when test="c:component/c:structuredBody/c:component[1]/c:section/c:title='Compte rendu annulé'"><p class="frame">Annulé, version <xsl:value-of select="c:versionNumber/@value"/> : ne pas utiliser la version précédente.</p></xsl:when>
    <xsl:when test="c:component/c:nonXMLBody and c:relatedDocument[@typeCode='RPLC']"><p class="frame"><xsl:value-of select="concat($version, 'remplace ', $before)"/>. État dit par le PDF ci-dessous.</p></xsl:when>
    <xsl:when test="c:relatedDocument[@typeCode='RPLC']"><p class="frame"><xsl:value-of select="concat($version, 'annule et remplace ', $before)"/>.</p></xsl:when>
  </xsl:choose>
  <xsl:apply-templates select="c:recordTarget/c:patientRole"/>
  <xsl:call-template name="people"/>
  <xsl:call-template name="facts"/>
  <!-- what the prescriber said, what was corrected and what is critical are read before the results -->
  <xsl:variable name="sections" select="c:component/c:structuredBody/c:component/c:section"/>
  <xsl:variable name="words" select="$sections[c:code/@code='55112-7']"/>
  <xsl:variable name="clinical" select="$words[c:title='Renseignements cliniques']"/>
  <xsl:variable name="revision" select="$words[c:title='Modifications depuis la version précédente']"/>
  <xsl:if test="$clinical"><div class="told"><xsl:apply-templates select="$clinical"/></div></xsl:if>
  <xsl:if test="$revision"><div class="frame critical"><xsl:apply-templates select="$revision"/></div></xsl:if>
  <xsl:call-template name="critical"/>
  <xsl:apply-templates select="$sections[not(c:code/@code='55112-7' and (c:title='Renseignements cliniques' or c:title='Modifications depuis la version précédente'))]"/>
  <xsl:apply-templates select="c:component/c:nonXMLBody/c:text" mode="file"/>
  <xsl:call-template name="legend"/>
  <xsl:call-template name="end"/><!--MENTIONS-->
</xsl:template>

<xsl:template name="facts">
  <dl class="facts">
    <xsl:for-each select="c:inFulfillmentOf/c:order/c:id"><xsl:call-template name="trait"><xsl:with-param name="label">Prescription</xsl:with-param><xsl:with-param name="text" select="concat('n° ',@extension)"/></xsl:call-template></xsl:for-each>
    <xsl:call-template name="fact"><xsl:with-param name="label">Prescrit le</xsl:with-param><xsl:with-param name="ts" select="c:participant[@typeCode='REF']/c:time/c:high/@value"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="c:participant[c:functionCode/@code='PRELV']/c:time/c:high/@value"><xsl:call-template name="fact"><xsl:with-param name="label">Prélevé le</xsl:with-param><xsl:with-param name="ts" select="c:participant[c:functionCode/@code='PRELV']/c:time/c:high/@value"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:for-each select=".//c:procedure/c:effectiveTime/c:high[@value] | .//c:procedure/c:effectiveTime[@value]"><xsl:sort select="@value"/><xsl:if test="position()=1"><xsl:call-template name="fact"><xsl:with-param name="label">Prélevé le</xsl:with-param><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:if></xsl:for-each></xsl:otherwise>
    </xsl:choose>
    <xsl:for-each select="c:documentationOf[1]/c:serviceEvent">
      <xsl:call-template name="fact"><xsl:with-param name="label">Reçu le</xsl:with-param><xsl:with-param name="ts" select="c:effectiveTime/c:low/@value"/></xsl:call-template>
      <xsl:call-template name="fact"><xsl:with-param name="label">Réalisé le</xsl:with-param><xsl:with-param name="ts" select="c:performer/c:time/c:high/@value"/></xsl:call-template>
      <xsl:call-template name="fact"><xsl:with-param name="label">Validé le</xsl:with-param><xsl:with-param name="ts" select="c:effectiveTime/c:high/@value"/></xsl:call-template>
    </xsl:for-each>
    <xsl:call-template name="fact"><xsl:with-param name="label">Édité le</xsl:with-param><xsl:with-param name="ts" select="c:effectiveTime/@value"/></xsl:call-template>
    <xsl:for-each select="c:componentOf/c:encompassingEncounter/c:code"><xsl:call-template name="trait"><xsl:with-param name="label">Prise en charge</xsl:with-param><xsl:with-param name="text"><xsl:apply-templates select="." mode="words"/></xsl:with-param></xsl:call-template></xsl:for-each>
  </dl>
</xsl:template>
<xsl:template name="fact">
  <xsl:param name="label"/><xsl:param name="ts"/>
  <xsl:if test="$ts"><xsl:call-template name="trait"><xsl:with-param name="label" select="$label"/><xsl:with-param name="text"><xsl:call-template name="moment"><xsl:with-param name="ts" select="$ts"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:if>
</xsl:template>

<!-- the critical results, to be read first wherever they stand below -->
<xsl:template name="critical">
  <xsl:variable name="found" select=".//c:observation[c:value and c:interpretationCode[@code='HH' or @code='LL' or @code='AA' or @code='HX' or @code='LX'] and not(parent::c:entryRelationship[@typeCode='REFR'])]"/>
  <xsl:if test="$found">
    <div class="frame critical">
      <p class="h">Valeur<xsl:if test="count($found)&gt;1">s</xsl:if> critique<xsl:if test="count($found)&gt;1">s</xsl:if></p>
      <ul><xsl:for-each select="$found"><li>
        <xsl:variable name="row" select="key('row',substring-after(c:code/c:originalText/c:reference/@value,'#'))[1][count(c:td)=6 and ../../c:thead/c:tr[1]/c:th[6]='Antériorités']"/>
        <xsl:variable name="code" select="c:interpretationCode/@code"/>
        <xsl:choose><xsl:when test="$code='HH'">▲▲ </xsl:when><xsl:when test="$code='LL'">▼▼ </xsl:when><xsl:when test="$code='AA'">!! </xsl:when><xsl:when test="$code='HX'">▲ </xsl:when><xsl:otherwise>▼ </xsl:otherwise></xsl:choose>
        <xsl:choose>
          <xsl:when test="$row"><xsl:value-of select="$row/c:td[1]/c:content[1]"/> : <b><xsl:value-of select="$row/c:td[2]//c:content[@ID]"/><xsl:text> </xsl:text><xsl:value-of select="$row/c:td[3]"/></b><xsl:if test="normalize-space($row/c:td[5])!=''"><span class="soft"><xsl:value-of select="$row/c:td[5]"/></span></xsl:if></xsl:when>
          <xsl:otherwise><xsl:apply-templates select="c:code" mode="words"/> : <b><xsl:value-of select="translate(c:value/@value,'.',',')"/><xsl:text> </xsl:text><xsl:value-of select="c:value/@unit"/><xsl:value-of select="c:value[not(@value)]/@displayName"/></b></xsl:otherwise>
        </xsl:choose>
      </li></xsl:for-each></ul>
    </div>
  </xsl:if>
</xsl:template>

<xsl:template name="legend">
  <xsl:if test=".//c:thead/c:tr[1]/c:th[6]='Antériorités' and .//c:observation/c:referenceRange/c:observationRange/c:value[c:low and c:high]">
    <p class="soft legend">Barre : le rectangle est l'intervalle de référence, le point le résultat. Courbe : les antériorités, le point plein est ce résultat.</p>
  </xsl:if>
</xsl:template>

<!-- patient -->
<xsl:template match="c:patientRole">
  <xsl:variable name="name" select="c:patient/c:name[1]"/>
  <xsl:variable name="used" select="$name/c:family[@qualifier='CL']"/>
  <section class="patient">
    <p class="who">
      <xsl:call-template name="who"/>
      <xsl:if test="($used and $used!=$name/c:family[@qualifier='BR']) or ($name/c:given[@qualifier='CL'] and $name/c:given[@qualifier='CL']!=$name/c:given[@qualifier='BR'])"><span>utilise <xsl:value-of select="$used"/><xsl:text> </xsl:text><xsl:value-of select="$name/c:given[@qualifier='CL']"/></span></xsl:if>
    </p>
    <dl class="traits">
      <xsl:call-template name="trait"><xsl:with-param name="label">Nom de naissance</xsl:with-param><xsl:with-param name="text" select="$name/c:family[@qualifier='BR']"/></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">1er prénom de naissance</xsl:with-param><xsl:with-param name="text" select="$name/c:given[@qualifier='BR']"/></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">Prénoms de naissance</xsl:with-param><xsl:with-param name="text" select="$name/c:given[not(@qualifier)]"/></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">Nom utilisé</xsl:with-param><xsl:with-param name="text" select="$used"/></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">Prénom utilisé</xsl:with-param><xsl:with-param name="text" select="$name/c:given[@qualifier='CL']"/></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">Sexe</xsl:with-param><xsl:with-param name="text"><xsl:apply-templates select="c:patient/c:administrativeGenderCode" mode="sex"/></xsl:with-param></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">Date de naissance</xsl:with-param><xsl:with-param name="text"><xsl:call-template name="day"><xsl:with-param name="ts" select="c:patient/c:birthTime/@value"/></xsl:call-template></xsl:with-param></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">Lieu de naissance</xsl:with-param><xsl:with-param name="text"><xsl:for-each select="c:patient/c:birthplace/c:place/c:addr"><xsl:value-of select="c:city"/><xsl:if test="c:city and c:county"><xsl:text> </xsl:text></xsl:if><xsl:if test="c:county">(<xsl:value-of select="c:county"/>)</xsl:if></xsl:for-each></xsl:with-param></xsl:call-template>
      <xsl:for-each select="c:id">
        <xsl:variable name="kind">
          <xsl:choose>
            <xsl:when test="@root='1.2.250.1.213.1.4.8'">Matricule INS (NIR)</xsl:when>
            <xsl:when test="@root='1.2.250.1.213.1.4.9'">Matricule INS (NIA)</xsl:when>
            <xsl:when test="@root='1.2.250.1.213.1.4.10'">Matricule INS (NIR de test)</xsl:when>
            <xsl:when test="@root='1.2.250.1.213.1.4.11'">Matricule INS (NIR de démonstration)</xsl:when>
          </xsl:choose>
        </xsl:variable>
        <div>
          <dt><xsl:choose><xsl:when test="$kind!=''"><xsl:value-of select="$kind"/></xsl:when><xsl:otherwise>IPP</xsl:otherwise></xsl:choose></dt>
          <dd><xsl:choose><xsl:when test="$kind!='' and string-length(@extension)=15"><xsl:attribute name="class">ins</xsl:attribute><xsl:value-of select="substring(@extension,1,1)"/><span><xsl:value-of select="substring(@extension,2,2)"/></span><span><xsl:value-of select="substring(@extension,4,2)"/></span><span><xsl:value-of select="substring(@extension,6,2)"/></span><span><xsl:value-of select="substring(@extension,8,3)"/></span><span><xsl:value-of select="substring(@extension,11,3)"/></span><span><xsl:value-of select="substring(@extension,14)"/></span></xsl:when><xsl:otherwise><xsl:value-of select="@extension"/></xsl:otherwise></xsl:choose></dd>
        </div>
      </xsl:for-each>
      <xsl:call-template name="trait"><xsl:with-param name="class">weak</xsl:with-param><xsl:with-param name="label">Adresse</xsl:with-param><xsl:with-param name="text"><xsl:apply-templates select="c:addr[not(@nullFlavor)]" mode="line"/></xsl:with-param></xsl:call-template>
      <xsl:if test="c:telecom[@value]"><div class="wide"><dt>Contact</dt><dd><xsl:for-each select="c:telecom[@value]"><xsl:if test="position()&gt;1"> · </xsl:if><span class="one"><xsl:apply-templates select="." mode="line"/></span></xsl:for-each></dd></div></xsl:if>
      <xsl:call-template name="trait"><xsl:with-param name="label">Décès</xsl:with-param><xsl:with-param name="text"><xsl:choose><xsl:when test="c:patient/sdtc:deceasedTime/@value"><xsl:call-template name="day"><xsl:with-param name="ts" select="c:patient/sdtc:deceasedTime/@value"/></xsl:call-template></xsl:when><xsl:when test="c:patient/sdtc:deceasedInd/@value='true'">oui</xsl:when></xsl:choose></xsl:with-param></xsl:call-template>
      <xsl:call-template name="trait"><xsl:with-param name="label">Naissance multiple</xsl:with-param><xsl:with-param name="text"><xsl:choose><xsl:when test="c:patient/sdtc:multipleBirthOrderNumber/@value">rang <xsl:value-of select="c:patient/sdtc:multipleBirthOrderNumber/@value"/></xsl:when><xsl:when test="c:patient/sdtc:multipleBirthInd/@value='true'">oui</xsl:when></xsl:choose></xsl:with-param></xsl:call-template>
      <xsl:for-each select="c:patient/c:guardian">
        <xsl:call-template name="trait"><xsl:with-param name="class">weak</xsl:with-param><xsl:with-param name="label">Représentant légal</xsl:with-param><xsl:with-param name="text"><xsl:apply-templates select="c:guardianPerson/c:name" mode="line"/><xsl:value-of select="c:guardianOrganization/c:name"/><xsl:if test="c:addr[not(@nullFlavor)]">, <xsl:apply-templates select="c:addr" mode="line"/></xsl:if><xsl:for-each select="c:telecom[@value]">, <xsl:apply-templates select="." mode="line"/></xsl:for-each></xsl:with-param></xsl:call-template>
      </xsl:for-each>
    </dl>
  </section>
</xsl:template>

<xsl:template name="who">
  <xsl:variable name="name" select="c:patient/c:name[1]"/>
  <xsl:value-of select="$name/c:family[@qualifier='BR' or not(../c:family[@qualifier='BR'])][1]"/>
  <xsl:text> </xsl:text>
  <xsl:value-of select="($name/c:given[@qualifier='BR'] | $name/c:given[not(../c:given[@qualifier='BR'])])[1]"/>
</xsl:template>

<xsl:template name="trait">
  <xsl:param name="label"/><xsl:param name="text"/><xsl:param name="class"/>
  <xsl:if test="normalize-space($text)!=''"><div><xsl:if test="$class"><xsl:attribute name="class"><xsl:value-of select="$class"/></xsl:attribute></xsl:if><dt><xsl:value-of select="$label"/></dt><dd><xsl:value-of select="$text"/></dd></div></xsl:if>
</xsl:template>

<!-- who asked, took, receives, validated: names here, how to reach them at the end -->
<xsl:template name="people">
  <div class="people">
    <xsl:for-each select="c:participant">
      <div>
        <h4><xsl:call-template name="role"/></h4>
        <xsl:apply-templates select="c:associatedEntity" mode="short"/>
        <xsl:for-each select="(c:time/c:high[@value] | c:time[@value])[not(ancestor::c:participant[@typeCode='REF' or c:functionCode/@code='PRELV'])]">
          <p class="soft">le <xsl:call-template name="moment"><xsl:with-param name="ts" select="@value"/></xsl:call-template></p>
        </xsl:for-each>
      </div>
    </xsl:for-each>
    <xsl:for-each select="c:authenticator">
      <div>
        <h4>Validation</h4><xsl:apply-templates select="c:assignedEntity" mode="short"/>
        <p class="soft">validé le <xsl:call-template name="moment"><xsl:with-param name="ts" select="c:time/@value"/></xsl:call-template></p>
      </div>
    </xsl:for-each>
    <xsl:if test="c:informationRecipient">
      <div>
        <h4>Copie à</h4>
        <xsl:for-each select="c:informationRecipient/c:intendedRecipient"><xsl:apply-templates select="." mode="short"/></xsl:for-each>
      </div>
    </xsl:if>
    <xsl:for-each select="c:informant">
      <div><h4>Renseignements donnés par</h4><xsl:apply-templates select="c:assignedEntity | c:relatedEntity" mode="short"/></div>
    </xsl:for-each>
  </div>
</xsl:template>

<xsl:template name="role">
  <xsl:choose>
    <xsl:when test="@typeCode='REF'">Prescripteur</xsl:when>
    <xsl:when test="c:functionCode/@code='PRELV'">Prélevé par</xsl:when>
    <xsl:when test="c:functionCode/@code='PCP'">Médecin traitant</xsl:when>
    <xsl:when test="c:functionCode/@displayName"><xsl:value-of select="c:functionCode/@displayName"/></xsl:when>
    <xsl:otherwise>Participant</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="*" mode="short">
  <xsl:variable name="org" select="(c:representedOrganization | c:scopingOrganization | c:receivedOrganization)/c:name"/>
  <xsl:variable name="name" select="*/c:name[c:family]"/>
  <xsl:if test="$name"><p><b><xsl:apply-templates select="$name" mode="line"/></b></p></xsl:if>
  <xsl:for-each select="c:assignedAuthoringDevice"><p><b><xsl:value-of select="c:softwareName"/></b> (<xsl:value-of select="c:manufacturerModelName"/>)</p></xsl:for-each>
  <xsl:if test="c:code/@displayName"><p><xsl:apply-templates select="c:code" mode="words"/></p></xsl:if>
  <xsl:if test="$org"><p><xsl:value-of select="$org"/></p></xsl:if>
</xsl:template>

<xsl:template match="*" mode="entity">
  <xsl:variable name="org" select="c:representedOrganization | c:scopingOrganization | c:receivedOrganization"/>
  <xsl:apply-templates select="." mode="short"/>
  <xsl:for-each select="c:id[@root='1.2.250.1.71.4.2.1']"><p class="soft">n° national <xsl:value-of select="@extension"/></p></xsl:for-each>
  <xsl:variable name="own" select="c:telecom"/>
  <xsl:variable name="home"><xsl:apply-templates select="c:addr[not(@nullFlavor)]" mode="line"/></xsl:variable>
  <xsl:variable name="work"><xsl:apply-templates select="$org/c:addr[not(@nullFlavor)]" mode="line"/></xsl:variable>
  <xsl:if test="$home!=''"><p class="soft"><xsl:value-of select="$home"/></p></xsl:if>
  <xsl:if test="$work!='' and $work!=$home"><p class="soft"><xsl:value-of select="$work"/></p></xsl:if>
  <xsl:for-each select="c:telecom[@value] | $org/c:telecom[@value and not(@value=$own/@value)]"><p class="soft"><xsl:apply-templates select="." mode="line"/></p></xsl:for-each>
  <xsl:for-each select="$org/c:id[@extension]"><p class="soft"><xsl:choose><xsl:when test="@assigningAuthorityName"><xsl:value-of select="@assigningAuthorityName"/>&#160;</xsl:when><xsl:otherwise>structure n°&#160;</xsl:otherwise></xsl:choose><xsl:value-of select="@extension"/></p></xsl:for-each>
  <xsl:for-each select="$org//c:asOrganizationPartOf/c:code"><p class="soft"><xsl:apply-templates select="." mode="words"/></p></xsl:for-each>
</xsl:template>

<!-- the rest of the header, for who needs to trace -->
<xsl:template name="end">
  <div class="end">
    <xsl:for-each select="c:legalAuthenticator">
      <div>
        <h4>Responsable du compte rendu</h4><xsl:apply-templates select="c:assignedEntity" mode="entity"/>
        <p class="soft">signé le <xsl:call-template name="moment"><xsl:with-param name="ts" select="c:time/@value"/></xsl:call-template></p>
      </div>
    </xsl:for-each>
    <xsl:for-each select="c:participant">
      <div><h4><xsl:call-template name="role"/></h4><xsl:apply-templates select="c:associatedEntity" mode="entity"/></div>
    </xsl:for-each>
    <xsl:for-each select="c:informationRecipient/c:intendedRecipient">
      <div><h4>Copie à</h4><xsl:apply-templates select="." mode="entity"/></div>
    </xsl:for-each>
    <xsl:for-each select="c:informant">
      <div><h4>Renseignements donnés par</h4><xsl:apply-templates select="c:assignedEntity | c:relatedEntity" mode="entity"/></div>
    </xsl:for-each>
    <xsl:for-each select="c:dataEnterer">
      <div><h4>Saisie</h4><xsl:apply-templates select="c:assignedEntity" mode="entity"/></div>
    </xsl:for-each>
    <xsl:for-each select="c:authenticator">
      <div><h4>Validation</h4><xsl:apply-templates select="c:assignedEntity" mode="entity"/></div>
    </xsl:for-each>
    <xsl:for-each select="c:author">
      <div><h4>Auteur</h4><xsl:apply-templates select="c:assignedAuthor" mode="entity"/><p class="soft">le <xsl:call-template name="moment"><xsl:with-param name="ts" select="c:time/@value"/></xsl:call-template></p></div>
    </xsl:for-each>
    <xsl:for-each select="c:documentationOf/c:serviceEvent[c:performer]">
      <div>
        <h4>Exécution</h4><xsl:apply-templates select="c:performer/c:assignedEntity" mode="entity"/>
        <p class="soft">dossier <xsl:value-of select="c:id/@extension"/>
          <xsl:for-each select="c:effectiveTime/c:low[@value]">, reçu le <xsl:call-template name="moment"><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:for-each>
          <xsl:for-each select="c:effectiveTime/c:high[@value]">, rendu le <xsl:call-template name="moment"><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:for-each>
        </p>
      </div>
    </xsl:for-each>
    <!-- laboratories that did a part of the work, each once -->
    <xsl:for-each select="c:component//c:performer/c:assignedEntity[c:representedOrganization/c:name]">
      <xsl:if test="generate-id()=generate-id(key('doer',c:representedOrganization/c:name)[1])">
        <div><h4>Exécution d'une partie des examens</h4><xsl:apply-templates select="." mode="entity"/></div>
      </xsl:if>
    </xsl:for-each>
    <xsl:for-each select="c:documentationOf/c:serviceEvent[not(c:performer)][lab:statusCode or c:effectiveTime]">
      <div>
        <h4><xsl:apply-templates select="c:code" mode="words"/></h4>
        <p class="soft"><xsl:choose><xsl:when test="lab:statusCode/@code='active'">en cours</xsl:when><xsl:when test="lab:statusCode">terminés</xsl:when></xsl:choose>
          <xsl:for-each select="c:effectiveTime/c:low[@value]">, du <xsl:call-template name="moment"><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:for-each>
          <xsl:for-each select="c:effectiveTime/c:high[@value]"> au <xsl:call-template name="moment"><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:for-each></p>
      </div>
    </xsl:for-each>
    <xsl:for-each select="c:componentOf/c:encompassingEncounter">
      <div>
        <h4>Prise en charge</h4>
        <p><xsl:apply-templates select="c:code" mode="words"/>
          <xsl:for-each select="c:effectiveTime/c:low[@value]"> depuis le <xsl:call-template name="moment"><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:for-each>
          <xsl:for-each select="c:effectiveTime/c:high[@value]"> jusqu'au <xsl:call-template name="moment"><xsl:with-param name="ts" select="@value"/></xsl:call-template></xsl:for-each></p>
        <xsl:apply-templates select="c:responsibleParty/c:assignedEntity" mode="entity"/>
        <xsl:for-each select="c:location/c:healthCareFacility"><p class="soft"><xsl:apply-templates select="c:code" mode="words"/> : <xsl:value-of select="c:location/c:name"/></p></xsl:for-each>
      </div>
    </xsl:for-each>
    <xsl:for-each select="c:custodian/c:assignedCustodian/c:representedCustodianOrganization">
      <div><h4>Conservation</h4><p><b><xsl:value-of select="c:name"/></b></p>
      <p class="soft">Identifiant <xsl:value-of select="c:id/@extension"/><xsl:for-each select="c:addr[not(@nullFlavor)]"><br/><xsl:apply-templates select="." mode="line"/></xsl:for-each><xsl:for-each select="c:telecom[@value]"><br/><xsl:apply-templates select="." mode="line"/></xsl:for-each></p></div>
    </xsl:for-each>
    <div>
      <h4>Document</h4>
      <p class="soft">Identifiant <xsl:value-of select="c:id/@root"/><xsl:if test="c:id/@extension">^<xsl:value-of select="c:id/@extension"/></xsl:if><br/>
        Série <xsl:value-of select="c:setId/@root"/><xsl:if test="c:setId/@extension">^<xsl:value-of select="c:setId/@extension"/></xsl:if>, version <xsl:value-of select="c:versionNumber/@value"/>
        <xsl:if test="c:documentationOf/c:serviceEvent/c:code/@displayName"><br/>Actes : <xsl:for-each select="c:documentationOf/c:serviceEvent/c:code"><xsl:if test="position()&gt;1">, </xsl:if><xsl:apply-templates select="." mode="words"/></xsl:for-each></xsl:if>
        <xsl:for-each select="c:relatedDocument/c:parentDocument/c:id"><br/>Remplace <xsl:value-of select="@root"/></xsl:for-each><br/>
        Confidentialité : <xsl:value-of select="c:confidentialityCode/@displayName"/> · langue <xsl:value-of select="c:languageCode/@code"/></p>
    </div>
  </div>
</xsl:template>

<!-- body -->
<xsl:template match="c:section">
  <xsl:if test="c:title and not(c:title=../../c:title)">
    <xsl:choose>
      <xsl:when test="ancestor::c:section"><h3><xsl:value-of select="c:title"/></h3></xsl:when>
      <xsl:otherwise><h2><xsl:value-of select="c:title"/></h2></xsl:otherwise>
    </xsl:choose>
  </xsl:if>
  <xsl:apply-templates select="c:text" mode="n"/>
  <xsl:apply-templates select="c:component/c:section"/>
</xsl:template>

<xsl:template match="c:text" mode="n"><div class="text"><xsl:apply-templates mode="n"/></div></xsl:template>
<xsl:template match="text()" mode="n"><xsl:value-of select="."/></xsl:template>
<xsl:template match="*" mode="n"><xsl:apply-templates mode="n"/></xsl:template>
<xsl:template match="comment() | processing-instruction()" mode="n"/>
<xsl:template match="c:br" mode="n"><br/></xsl:template>
<xsl:template match="c:sub" mode="n"><sub><xsl:apply-templates mode="n"/></sub></xsl:template>
<xsl:template match="c:sup" mode="n"><sup><xsl:apply-templates mode="n"/></sup></xsl:template>
<xsl:template match="c:content" mode="n"><span><xsl:call-template name="class"/><xsl:apply-templates mode="n"/></span></xsl:template>
<xsl:template match="c:paragraph" mode="n"><p><xsl:call-template name="class"><xsl:with-param name="also">rem</xsl:with-param></xsl:call-template><xsl:apply-templates mode="n"/></p></xsl:template>
<xsl:template match="c:list" mode="n">
  <xsl:if test="c:caption"><p class="b"><xsl:apply-templates select="c:caption/node()" mode="n"/></p></xsl:if>
  <xsl:choose>
    <xsl:when test="@listType='ordered'"><ol><xsl:apply-templates select="c:item" mode="n"/></ol></xsl:when>
    <xsl:otherwise><ul><xsl:apply-templates select="c:item" mode="n"/></ul></xsl:otherwise>
  </xsl:choose>
</xsl:template>
<xsl:template match="c:item" mode="n"><li><xsl:apply-templates mode="n"/></li></xsl:template>
<xsl:template match="c:table" mode="n">
  <table>
    <xsl:if test="c:thead/c:tr[1][count(c:th)=6 and c:th[1]='Examen' and c:th[6]='Antériorités']"><xsl:attribute name="class">c6</xsl:attribute></xsl:if>
    <xsl:apply-templates select="c:caption | c:thead | c:tbody | c:tfoot" mode="n"/>
  </table>
</xsl:template>
<xsl:template match="c:table/c:caption" mode="n"><caption><xsl:apply-templates mode="n"/></caption></xsl:template>
<xsl:template match="c:thead" mode="n"><thead><xsl:apply-templates select="c:tr" mode="n"/></thead></xsl:template>
<xsl:template match="c:tbody" mode="n"><tbody><xsl:apply-templates select="c:tr" mode="n"/></tbody></xsl:template>
<xsl:template match="c:tfoot" mode="n"><tfoot><xsl:apply-templates select="c:tr" mode="n"/></tfoot></xsl:template>
<xsl:template match="c:tr" mode="n"><tr><xsl:call-template name="class"/><xsl:apply-templates select="c:th | c:td" mode="n"/></tr></xsl:template>
<xsl:template match="c:th" mode="n"><th><xsl:if test="ancestor::c:thead"><xsl:attribute name="scope">col</xsl:attribute></xsl:if><xsl:if test="not(ancestor::c:thead) and @colspan"><xsl:attribute name="scope">rowgroup</xsl:attribute></xsl:if><xsl:call-template name="spans"/><xsl:call-template name="class"><xsl:with-param name="also"><xsl:if test="ancestor::c:thead and ../c:th[1]='Examen' and ../c:th[6]='Antériorités'">k<xsl:value-of select="count(preceding-sibling::c:th)"/></xsl:if></xsl:with-param></xsl:call-template><xsl:apply-templates mode="n"/></th></xsl:template>
<xsl:template match="c:td" mode="n">
  <xsl:variable name="column" select="count(preceding-sibling::c:td)"/>
  <xsl:variable name="ours" select="count(../c:td)=6 and ancestor::c:table[1]/c:thead/c:tr[1][count(c:th)=6 and c:th[1]='Examen' and c:th[6]='Antériorités']"/>
  <xsl:choose>
    <xsl:when test="not($ours)"><td><xsl:call-template name="spans"/><xsl:call-template name="class"/><xsl:apply-templates mode="n"/></td></xsl:when>
    <xsl:otherwise>
      <xsl:variable name="result" select="key('result',concat('#',../c:td[1]/c:content[1]/@ID))[1]"/>
      <xsl:variable name="number" select="$result/c:value[@value or c:low/@value or c:high/@value or c:numerator]"/>
      <!-- words take the room of the cells beside them when those are empty -->
      <xsl:variable name="wide"><xsl:choose><xsl:when test="$number or normalize-space(../c:td[3])!=''">1</xsl:when><xsl:when test="normalize-space(concat(../c:td[4],../c:td[5],../c:td[6]))=''">5</xsl:when><xsl:otherwise>2</xsl:otherwise></xsl:choose></xsl:variable>
      <xsl:if test="$column&lt;2 or $column&gt;$wide">
        <td>
          <xsl:if test="$column=1 and $wide&gt;1"><xsl:attribute name="colspan"><xsl:value-of select="$wide"/></xsl:attribute></xsl:if>
          <xsl:call-template name="class"><xsl:with-param name="also">
            <xsl:if test="not($column=1 and $wide&gt;1)">k<xsl:value-of select="$column"/></xsl:if>
            <xsl:if test="$column=1 and $number"> num</xsl:if>
            <xsl:if test="$column=3 and normalize-space(.)='Normal'"> det</xsl:if>
          </xsl:with-param></xsl:call-template>
          <xsl:if test="$column=3"><xsl:for-each select="$result"><xsl:call-template name="bar"/></xsl:for-each></xsl:if>
          <xsl:apply-templates mode="n"/>
          <xsl:if test="$column=5"><xsl:for-each select="$result"><xsl:call-template name="spark"/></xsl:for-each></xsl:if>
        </td>
      </xsl:if>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- where a value stands: the middle third is its range -->
<xsl:template name="bar">
  <xsl:variable name="range" select="c:referenceRange[1]/c:observationRange/c:value"/>
  <xsl:variable name="low" select="number($range/c:low/@value)"/>
  <xsl:variable name="width" select="number($range/c:high/@value)-$low"/>
  <xsl:variable name="place" select="(number(c:value/@value)-$low) div $width"/>
  <xsl:if test="$width&gt;0 and $place=$place and string($range/c:low/@unit)=string(c:value/@unit)">
    <xsl:variable name="x"><xsl:choose><xsl:when test="$place&lt;-.87">2.6</xsl:when><xsl:when test="$place&gt;1.87">57.4</xsl:when><xsl:otherwise><xsl:value-of select="format-number((1+$place)*20,'0.0')"/></xsl:otherwise></xsl:choose></xsl:variable>
    <svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 60 8" width="75" height="10" aria-hidden="true"><path d="M0 4H60"/><rect x="20" y="1" width="20" height="6"/><circle cx="{$x}" cy="4" r="2.4"/></svg>
  </xsl:if>
</xsl:template>

<!-- the course of a result: numbers of one unit and one method, the last one full; drawn from three on -->
<xsl:template name="spark">
  <xsl:variable name="unit" select="string(c:value/@unit)"/>
  <xsl:variable name="method" select="string(c:methodCode/@code)"/>
  <xsl:variable name="all" select="self::node()[c:value/@value] | c:entryRelationship[@typeCode='REFR']/c:observation[c:value/@value and string(c:value/@unit)=$unit and string(c:methodCode/@code)=$method and c:effectiveTime/@value]"/>
  <xsl:if test="c:value/@value and count($all)&gt;2">
    <xsl:variable name="min"><xsl:for-each select="$all"><xsl:sort select="c:value/@value" data-type="number"/><xsl:if test="position()=1"><xsl:value-of select="c:value/@value"/></xsl:if></xsl:for-each></xsl:variable>
    <xsl:variable name="max"><xsl:for-each select="$all"><xsl:sort select="c:value/@value" data-type="number"/><xsl:if test="position()=last()"><xsl:value-of select="c:value/@value"/></xsl:if></xsl:for-each></xsl:variable>
    <xsl:variable name="first"><xsl:for-each select="$all"><xsl:sort select="c:effectiveTime/@value"/><xsl:if test="position()=1"><xsl:call-template name="days"/></xsl:if></xsl:for-each></xsl:variable>
    <xsl:variable name="last"><xsl:for-each select="$all"><xsl:sort select="c:effectiveTime/@value"/><xsl:if test="position()=last()"><xsl:call-template name="days"/></xsl:if></xsl:for-each></xsl:variable>
    <xsl:if test="$last&gt;$first">
      <xsl:variable name="points">
        <xsl:for-each select="$all">
          <xsl:sort select="c:effectiveTime/@value"/>
          <xsl:variable name="day"><xsl:call-template name="days"/></xsl:variable>
          <xsl:value-of select="format-number(($day - $first) div ($last - $first) * 54 + 3,'0.0')"/>
          <xsl:text> </xsl:text>
          <xsl:choose><xsl:when test="$max=$min">7</xsl:when><xsl:otherwise><xsl:value-of select="format-number(12 - (c:value/@value - $min) div ($max - $min) * 10,'0.0')"/></xsl:otherwise></xsl:choose>
          <xsl:if test="position()!=last()"><xsl:text> </xsl:text></xsl:if>
        </xsl:for-each>
      </xsl:variable>
      <xsl:variable name="end"><xsl:choose><xsl:when test="$max=$min">7</xsl:when><xsl:otherwise><xsl:value-of select="format-number(12 - (c:value/@value - $min) div ($max - $min) * 10,'0.0')"/></xsl:otherwise></xsl:choose></xsl:variable>
      <svg xmlns="http://www.w3.org/2000/svg" class="spark" viewBox="0 0 60 14" width="60" height="14" aria-hidden="true"><polyline points="{$points}"/><circle cx="57" cy="{$end}" r="2"/></svg>
    </xsl:if>
  </xsl:if>
</xsl:template>

<xsl:template name="days">
  <xsl:variable name="ts" select="c:effectiveTime/@value"/>
  <xsl:value-of select="substring($ts,1,4)*365.25 + substring($ts,5,2)*30.44 + substring($ts,7,2)"/>
</xsl:template>
<xsl:template match="c:footnote" mode="n"> [<xsl:apply-templates mode="n"/>] </xsl:template>
<xsl:template match="c:linkHtml" mode="n"><xsl:apply-templates mode="n"/><xsl:if test="@href"> (<xsl:value-of select="@href"/>)</xsl:if></xsl:template>

<xsl:template name="spans">
  <xsl:if test="number(@colspan)&gt;1 and number(@colspan)&lt;100"><xsl:attribute name="colspan"><xsl:value-of select="round(@colspan)"/></xsl:attribute></xsl:if>
  <xsl:if test="number(@rowspan)&gt;1 and number(@rowspan)&lt;100"><xsl:attribute name="rowspan"><xsl:value-of select="round(@rowspan)"/></xsl:attribute></xsl:if>
</xsl:template>

<!-- style words become classes of ours, never text of the document -->
<xsl:template name="class">
  <xsl:param name="also"/>
  <xsl:variable name="s" select="concat(' ', normalize-space(@styleCode), ' ')"/>
  <xsl:variable name="found">
    <xsl:value-of select="$also"/>
    <xsl:if test="contains($s, ' Bold ')"> b</xsl:if>
    <xsl:if test="contains($s, ' Italics ')"> i</xsl:if>
    <xsl:if test="contains($s, ' Underline ')"> u</xsl:if>
    <xsl:if test="contains($s, ' xAnormal ')"> abn</xsl:if>
    <xsl:if test="contains($s, ' xDetail ')"> det</xsl:if>
    <xsl:if test="contains($s, ' xCommentaire ')"> com</xsl:if>
    <xsl:if test="contains($s, ' xBilan ')"> bil</xsl:if>
    <xsl:if test="contains($s, ' xRowAlternate ')"> alt</xsl:if>
  </xsl:variable>
  <xsl:if test="normalize-space($found)!=''"><xsl:attribute name="class"><xsl:value-of select="normalize-space($found)"/></xsl:attribute></xsl:if>
</xsl:template>

<!-- attached files: a PDF to open, an image to see -->
<xsl:template match="c:renderMultiMedia" mode="n">
  <xsl:variable name="id" select="@referencedObject"/>
  <xsl:for-each select="$doc//c:observationMedia[@ID=$id]/c:value[@representation='B64']">
    <xsl:choose>
      <xsl:when test="@mediaType='application/pdf'"><xsl:text> </xsl:text><xsl:apply-templates select="." mode="link"/></xsl:when>
      <xsl:when test="@mediaType='image/png' or @mediaType='image/jpeg' or @mediaType='image/gif'">
        <img alt="Image du compte rendu"><xsl:attribute name="src">data:<xsl:value-of select="@mediaType"/>;base64,<xsl:value-of select="translate(., ' &#9;&#10;&#13;', '')"/></xsl:attribute></img>
      </xsl:when>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>
<xsl:template match="*" mode="link">
  <xsl:if test="$attachments='oui'">
    <a class="screen" download="compte-rendu.pdf"><xsl:attribute name="href">data:application/pdf;base64,<xsl:value-of select="translate(., ' &#9;&#10;&#13;', '')"/></xsl:attribute>Enregistrer le PDF</a>
  </xsl:if>
</xsl:template>
<xsl:template match="c:text" mode="file">
  <h2>Compte rendu</h2>
  <xsl:choose>
    <xsl:when test="@mediaType='application/pdf' and @representation='B64'">
      <p>Le contenu de ce compte rendu est un fichier PDF. <xsl:apply-templates select="." mode="link"/></p>
      <xsl:if test="$attachments='oui'"><object type="application/pdf"><xsl:attribute name="data">data:application/pdf;base64,<xsl:value-of select="translate(., ' &#9;&#10;&#13;', '')"/></xsl:attribute>Ce navigateur ne montre pas les PDF : utiliser le lien ci-dessus.</object></xsl:if>
    </xsl:when>
    <xsl:when test="@representation='B64'"><p>Le contenu de ce document est un fichier d'un autre type que PDF.</p></xsl:when>
    <xsl:otherwise><p><xsl:value-of select="."/></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- names, addresses, contacts, codes, times -->
<xsl:template match="c:name" mode="line">
  <xsl:choose>
    <xsl:when test="c:suffix='DR'">Dr </xsl:when>
    <xsl:when test="c:suffix='PR'">Pr </xsl:when>
    <xsl:when test="c:suffix"><xsl:value-of select="c:suffix"/><xsl:text> </xsl:text></xsl:when>
    <xsl:when test="c:prefix='MME'">Mme </xsl:when>
    <xsl:when test="c:prefix='M'">M. </xsl:when>
    <xsl:when test="c:prefix"><xsl:value-of select="c:prefix"/><xsl:text> </xsl:text></xsl:when>
  </xsl:choose>
  <xsl:for-each select="c:given"><xsl:value-of select="."/><xsl:text> </xsl:text></xsl:for-each>
  <xsl:for-each select="c:family"><xsl:if test="position()&gt;1"><xsl:text> </xsl:text></xsl:if><xsl:value-of select="."/></xsl:for-each>
</xsl:template>
<xsl:template match="c:addr" mode="line">
  <xsl:for-each select="*[normalize-space(.)!='']">
    <xsl:if test="position()&gt;1"><xsl:choose><xsl:when test="self::c:streetName or self::c:city"><xsl:text> </xsl:text></xsl:when><xsl:otherwise>, </xsl:otherwise></xsl:choose></xsl:if>
    <xsl:value-of select="normalize-space(.)"/>
  </xsl:for-each>
</xsl:template>
<xsl:template match="c:telecom" mode="line">
  <xsl:choose>
    <xsl:when test="starts-with(@value,'tel:')">Tél.&#160;<xsl:call-template name="digits"><xsl:with-param name="number" select="substring-after(@value,'tel:')"/></xsl:call-template></xsl:when>
    <xsl:when test="starts-with(@value,'fax:')">Fax&#160;<xsl:call-template name="digits"><xsl:with-param name="number" select="substring-after(@value,'fax:')"/></xsl:call-template></xsl:when>
    <xsl:when test="starts-with(@value,'mailto:')">Courriel&#160;<xsl:value-of select="substring-after(@value,'mailto:')"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="@value"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
<xsl:template match="*" mode="words"><xsl:choose><xsl:when test="@displayName"><xsl:value-of select="@displayName"/></xsl:when><xsl:otherwise><xsl:value-of select="@code"/></xsl:otherwise></xsl:choose></xsl:template>

<xsl:template match="*" mode="sex"><xsl:choose><xsl:when test="@code='F'">féminin</xsl:when><xsl:when test="@code='M'">masculin</xsl:when><xsl:when test="@code='UN'">indéterminé</xsl:when><xsl:otherwise><xsl:apply-templates select="." mode="words"/></xsl:otherwise></xsl:choose></xsl:template>
<!-- ten figures in pairs, anything else as it is -->
<xsl:template name="digits">
  <xsl:param name="number"/>
  <xsl:choose>
    <xsl:when test="string-length($number)=10 and translate($number,'0123456789','')=''"><xsl:value-of select="concat(substring($number,1,2),'&#160;',substring($number,3,2),'&#160;',substring($number,5,2),'&#160;',substring($number,7,2),'&#160;',substring($number,9,2))"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="$number"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="day">
  <xsl:param name="ts"/>
  <xsl:if test="string-length($ts)&gt;=8"><xsl:value-of select="substring($ts,7,2)"/>/</xsl:if>
  <xsl:if test="string-length($ts)&gt;=6"><xsl:value-of select="substring($ts,5,2)"/>/</xsl:if>
  <xsl:value-of select="substring($ts,1,4)"/>
</xsl:template>
<xsl:template name="moment">
  <xsl:param name="ts"/>
  <xsl:call-template name="day"><xsl:with-param name="ts" select="$ts"/></xsl:call-template>
  <xsl:if test="string-length($ts)&gt;=12"> à <xsl:value-of select="substring($ts,9,2)"/>:<xsl:value-of select="substring($ts,11,2)"/></xsl:if>
</xsl:template>
</xsl:stylesheet>
