"""Rows: those of a site, closed outside of it, and those of a person."""

from collections.abc import Iterable

from peewee import (
    SCOPE_SOURCE,
    Entity,
    ForeignKeyField,
    Metadata,
    ModelAlias,
    ModelDelete,
    ModelInsert,
    ModelUpdate,
    Node,
    Table,
)

from .database import Scope, current
from .sites import NoSite, Plain, Site, scope, scope_id


class ForeignSite(Exception):
    """A row of another site was to be written."""


class InScope(Node):
    """`site_id = ?` (or IN, for a subtree), with the site that is open when the SQL is made."""

    def __sql__(self, ctx):
        ids = scope().ids
        ctx.literal('"site_id" = ' if len(ids) == 1 else '"site_id" IN (')
        for n, site_id in enumerate(ids):
            ctx.literal(", " if n else "").value(site_id)
        return ctx if len(ids) == 1 else ctx.literal(")")


IN_SCOPE = InScope()


def _source(ctx, entity: Entity, alias: Entity):
    """The open site's rows of a table in place of the table: wherever a query names it, whatever else it says."""
    ctx.literal("(SELECT * FROM ").sql(entity).literal(" WHERE ").sql(IN_SCOPE)
    return ctx.literal(") AS ").sql(alias)


class ScopedTable(Table):
    def __sql__(self, ctx):
        if ctx.scope != SCOPE_SOURCE:
            return super().__sql__(ctx)
        return _source(ctx, Entity(*self._path), Entity(ctx.alias_manager[self]))


class ScopedAlias(ModelAlias):
    def __sql__(self, ctx):
        if ctx.scope != SCOPE_SOURCE:
            return super().__sql__(ctx)
        if self.alias:
            ctx.alias_manager[self] = self.alias
        return _source(ctx, self.model._meta.entity, Entity(ctx.alias_manager[self]))


class ScopedMetadata(Metadata):
    @property
    def table(self):
        if self._table is None:
            columns = [f.column_name for f in self.sorted_fields]
            self._table = ScopedTable(self.table_name, columns, schema=self.schema, _model=self.model,
                                      _database=self.database)
        return self._table

    @table.deleter
    def table(self):
        self._table = None


class _Scoped:
    """An UPDATE or DELETE that holds to the open site, whatever its other conditions say."""

    def __sql__(self, ctx):
        held = self.clone()
        held._where = IN_SCOPE if self._where is None else IN_SCOPE & self._where
        return super(_Scoped, held).__sql__(ctx)


class ScopedUpdate(_Scoped, ModelUpdate):
    pass


class ScopedDelete(_Scoped, ModelDelete):
    pass


class ScopedInsert(ModelInsert):
    def on_conflict(self, *args, **kwargs):
        target = kwargs.get("conflict_target") or ()
        names = {getattr(t, "column_name", t) for t in target}
        if kwargs.get("action") != "IGNORE" and not names & {"site", "site_id"}:
            raise ForeignSite("a conflict on a row of a site must be on columns that begin with its site")
        return super().on_conflict(*args, **kwargs)

    def on_conflict_replace(self, replace=True):
        raise ForeignSite("REPLACE could overwrite a row of another site")


class District(Plain):
    """Base of rows that hang on a person (or on the whole house): reached through that person or a named right."""


class Owned(Plain):
    """Base of rows that belong to a site.

    Every query sees the open site's rows only (`within(site)`), every new row gets that site, and outside of a site
    a query raises NoSite. Unique indexes begin with `site`; references between owned tables are guarded by
    `same_site()`.
    """

    site = ForeignKeyField(Site, on_delete="CASCADE", index=True)

    class Meta:
        model_metadata_class = ScopedMetadata

    @classmethod
    def alias(cls, alias=None):
        return ScopedAlias(cls, alias)

    @classmethod
    def raw(cls, sql, *params):
        raise NoSite(f"raw SQL on {cls.__name__} would pass by its site")

    @classmethod
    def update(cls, __data=None, **update):
        data = cls._normalize_data(__data, update)
        if cls.site in data:
            raise ForeignSite(f"a row of {cls.__name__} cannot move to another site")
        return ScopedUpdate(cls, data)

    @classmethod
    def delete(cls):
        return ScopedDelete(cls)

    @classmethod
    def insert(cls, __data=None, **insert):
        return ScopedInsert(cls, _own(cls, cls._normalize_data(__data, insert)))

    @classmethod
    def insert_many(cls, rows, fields=None):
        return ScopedInsert(cls, insert=_own_many(cls, rows, fields))

    @classmethod
    def insert_from(cls, query, fields):
        raise ForeignSite(f"rows of {cls.__name__} are inserted with values, not from a query")

    replace = replace_many = classmethod(lambda cls, *a, **k: ScopedInsert(cls).on_conflict_replace())

    def save(self, force_insert=False, only=None):
        """Store the row in the open site. Raises ForeignSite when it belongs to another."""
        if self.__data__.get("site") is None:
            self.site = scope_id()
        elif self.__data__["site"] != scope_id():
            raise ForeignSite(f"a row of {type(self).__name__} belongs to another site")
        inserting = force_insert or not self._pk
        if not inserting:
            fields = [f for f in (only or self.dirty_fields) if getattr(f, "name", f) != "site"]
            if not fields:
                return 0
            only = fields
        stored = super().save(force_insert=force_insert, only=only)
        if not stored:
            raise ForeignSite(f"the row of {type(self).__name__} is not in this site")
        return stored

    def delete_instance(self, recursive=False, delete_nullable=False):
        if not super().delete_instance(recursive, delete_nullable):
            raise ForeignSite(f"the row of {type(self).__name__} is not in this site")
        return 1


def _own(model, data: dict) -> dict:
    """The values of a new row with its site; refuses another site's."""
    given = data.get(model.site, data.get("site"))
    mine = scope_id()
    if given is not None and getattr(given, "id", given) != mine:
        raise ForeignSite(f"a new row of {model.__name__} names another site")
    data.pop("site", None)
    data[model.site] = mine
    return data


def _own_many(model, rows: Iterable, fields) -> list[dict]:
    names = [f if isinstance(f, str) else f.name for f in fields or ()]
    whole = [dict(zip(names, r, strict=True)) if names else dict(r) for r in rows]
    return [_own(model, model._normalize_data(r, {})) for r in whole]


def open_scope() -> Scope:
    """The open scope; for tests and messages."""
    return scope()


__all__ = ["District", "ForeignSite", "Owned", "ScopedTable", "current"]
