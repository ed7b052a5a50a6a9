"""What lasts for more than a day is found by itself, so that lists need not pass by two months of what is over."""


def up(migrator, db):
    db.execute_sql('CREATE INDEX "activities_occurrence_lasting" ON "activities_occurrence" '
                   '("site_id", "listed", "starts_at", "ends_at") WHERE ends_at - starts_at > 86400')
