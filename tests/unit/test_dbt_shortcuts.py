"""dbt is spared what nobody reads, and nothing else."""

from dbt.adapters.events.types import SQLQuery
from dbt.events.types import LogStartLine
from dbt_common.events.event_manager import EventManager

from pipeline.dbt_shortcuts import take_shortcuts


def test_debug_events_are_dropped_and_the_beginning_of_a_model_is_told() -> None:
    take_shortcuts()
    manager, messages = EventManager(), []
    manager.add_callback(lambda message: messages.append((message.info.name, message.data.index)))
    manager.fire_event(SQLQuery(conn_name="model", sql="select 1"))
    manager.fire_event(LogStartLine(description="model", index=1, total=2, node_info={}))
    assert messages == [("LogStartLine", 1)]
