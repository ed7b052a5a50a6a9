"""The guards of backups, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

BACKUP, COPIES = "portal/base/backup.py", "portal/base/copies.py"
DAMAGED = "tests/test_backup.py::test_a_damaged_archive_is_refused_and_nothing_restored"
WHOLE = "tests/test_seed.py::test_the_same_rows_each_time_on_both_databases_and_out_of_a_backup"

BACKUPS = (
    Guard("backups: each file is what was stored", BACKUP, '    if sums != manifest["files"]:\n', "    if False:\n",
          DAMAGED),
    Guard("backups: each row is there", BACKUP, "    _check_rows(room, manifest)\n", "", DAMAGED),
    Guard("backups: nothing climbs out", BACKUP, " or not _safe(info.name)", "", DAMAGED),
    Guard("backups: verified before they have a name", BACKUP, "            verify(draft)\n", "",
          "tests/test_backup.py::test_an_archive_that_was_written_badly_gets_no_name"),
    Guard("backups: into an empty place only", BACKUP, "    _refuse_full_place(settings, data)\n", "",
          "tests/test_backup.py::test_only_into_an_empty_place"),
    Guard("backups: what triggers wrote comes back once", COPIES, '        _triggers(db, tables, "DISABLE")',
          "        pass", WHOLE),
    Guard("backups: what was refused can be tried again", BACKUP,
          "            os.replace(data / name, source / name)\n", "            pass\n",
          "tests/test_backup.py::test_other_migrations_or_no_tables"),
    Guard("backups: a file with two names", BACKUP, ", dereference=True", "", WHOLE),
)
