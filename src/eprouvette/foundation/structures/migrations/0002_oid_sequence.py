"""The sequence from which OIDs are minted."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("structures", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE structures_oid", "DROP SEQUENCE structures_oid")]
