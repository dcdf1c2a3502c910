"""What dbt is spared: work nobody reads, and work that would only give the same again.

dbt has no settings for any of this. Nothing here changes what an invocation builds, only what it costs.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import Macro
    from dbt.graph.graph import Graph


@cache
def take_shortcuts() -> None:
    """Spare dbt all of it in this process.

    Again:  changes nothing.
    """
    _spare_unread_work()
    _link_the_graph_once()
    _gather_macros_at_once()
    _keep_connections()
    _close_replaced_logs()


def _spare_unread_work() -> None:
    """Let dbt neither search the source of its behaviour flags nor write out its debug events.

    The search reads the source of every imported module and costs seconds in each invocation. An event
    becomes a protobuf message, which is a fifth of what a build of small tables costs; those of level debug
    reach no log and no listener (``dbt_runner`` hears of each model's beginning, which has level info).
    Installed packages are searched for plugins once.
    """
    from dbt.plugins.manager import PluginManager
    from dbt_common.behavior_flags import BehaviorFlagRendered
    from dbt_common.events.base_types import BaseEvent, DebugLevel
    from dbt_common.events.event_manager import EventManager

    BehaviorFlagRendered._default_source = staticmethod(lambda: "dbt")  # type: ignore[method-assign]
    fire = EventManager.fire_event

    def hold_nothing(_event: BaseEvent, *_: Any, **__: Any) -> None:
        """Keep no message."""

    def fire_what_is_read(self: EventManager, e: Any, *arguments: Any, **options: Any) -> None:
        if not isinstance(e, DebugLevel):
            fire(self, e, *arguments, **options)

    DebugLevel.__init__ = hold_nothing  # type: ignore[assignment, method-assign]
    EventManager.fire_event = fire_what_is_read  # type: ignore[method-assign]
    PluginManager.get_prefixed_modules = cache(PluginManager.get_prefixed_modules)  # type: ignore[method-assign]


def _link_the_graph_once() -> None:
    """Let dbt link a manifest's graph and look for circles in it once, not in each invocation."""
    from dbt.compilation import Compiler

    link = Compiler.compile
    linked: dict[str, tuple[Manifest, Graph]] = {}

    def link_once(self: Compiler, manifest: Manifest, *arguments: Any, **options: Any) -> Graph:
        asked = repr((arguments, options))
        known = linked.get(asked)
        if known is None or known[0] is not manifest:
            known = linked[asked] = manifest, link(self, manifest, *arguments, **options)
        return known[1]

    Compiler.compile = link_once  # type: ignore[method-assign]


def _gather_macros_at_once() -> None:
    """Let a node's context take the several hundred macros of the project and of dbt in one piece.

    dbt makes five such contexts for a model and fills each macro by macro, which is a tenth of a build.
    """
    from dbt.clients.jinja import MacroGenerator
    from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
    from dbt.context.manifest import ManifestContext

    class Gathered(MacroNamespace):
        """The macros of one context by package, and all that a template may name."""

        by_name: dict[str, Any]

    def gather(
        self: MacroNamespaceBuilder, macros_by_package: dict[str, dict[str, Macro]], ctx: dict[str, Any]
    ) -> MacroNamespace:
        node, stack = self.node, self.thread_ctx
        packages = {
            package: {name: MacroGenerator(macro, ctx, node, stack) for name, macro in macros.items()}
            for package, macros in macros_by_package.items()
        }
        internal: dict[str, Any] = {}
        for package in reversed(self.internal_package_names_order):
            internal.update(packages.pop(package, {}))
        local = packages.get(self.search_package, {})
        root = {} if self.search_package == self.root_package else packages.get(self.root_package, {})
        gathered = Gathered(
            global_namespace=root, local_namespace=local, global_project_namespace=internal, packages=packages
        )
        gathered.by_name = {**internal, "dbt": internal, **packages, **root, **local}
        return gathered

    fill = ManifestContext.to_dict

    def fill_at_once(self: ManifestContext) -> dict[str, Any]:
        if not isinstance(self.namespace, Gathered):
            return fill(self)
        context = super(ManifestContext, self).to_dict()
        context.update(self.namespace.by_name)
        return context

    MacroNamespaceBuilder.build_namespace = gather  # type: ignore[method-assign]
    ManifestContext.to_dict = fill_at_once  # type: ignore[method-assign]


def _keep_connections() -> None:
    """Let the next node of a thread take the session of the last, instead of opening its own.

    A new session of PostgreSQL reads the catalogue anew. ``discard all`` puts a used one back to how it was
    opened, whatever a model set, and the role is set as dbt sets it. What is kept goes with the invocation.
    """
    import psycopg2
    from dbt.adapters.contracts.connection import Connection, ConnectionState
    from dbt.adapters.postgres.connections import PostgresConnectionManager
    from dbt.adapters.postgres.impl import PostgresAdapter

    class KeepingManager(PostgresConnectionManager):
        """Keeps the session of a thread's connection while no node uses it."""

        @classmethod
        def _close_handle(cls, connection: Connection) -> None:
            session = connection.handle
            try:
                session.rollback()
                session.autocommit = True
                with session.cursor() as cursor:
                    cursor.execute("discard all")
                session.autocommit = False
            except psycopg2.Error:
                session.close()
            else:
                vars(connection)["kept"] = session

        @classmethod
        def open(cls, connection: Connection) -> Connection:
            session = vars(connection).pop("kept", None)
            if session is None:
                return super().open(connection)
            if role := connection.credentials.role:
                with session.cursor() as cursor:
                    cursor.execute(f"set role {role}")
            connection.handle, connection.state = session, ConnectionState.OPEN
            return connection

        def cleanup_all(self) -> None:
            connections = list(self.thread_connections.values())
            super().cleanup_all()
            for connection in connections:
                if (session := vars(connection).pop("kept", None)) is not None:
                    session.close()

    PostgresAdapter.ConnectionManager = KeepingManager


def _close_replaced_logs() -> None:
    """Let dbt close the log file of an invocation when the next one opens its own."""
    from dbt_common.events.logger import _Logger

    replace = _Logger._get_python_log_for_handler

    def replace_and_close(self: _Logger, handler: logging.Handler) -> logging.Logger:
        for replaced in logging.getLogger(self.name).handlers:
            replaced.close()
        return replace(self, handler)

    _Logger._get_python_log_for_handler = replace_and_close  # type: ignore[method-assign]
