from collections.abc import Callable

Handler = Callable[[str], None]


class Bus:
    """Tells those who want to know of an event."""

    def __init__(self) -> None:
        self._handlers: dict[str, list[Handler]] = {}

    # completion
    def subscribe(self, event: str, handler: Handler) -> Callable[[], None]:
        """Have a handler told of an event; return what ends that."""
        handlers = self._handlers.setdefault(event, [])
        handlers.append(handler)

        def unsubscribe() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return unsubscribe

    def publish(self, event: str, message: str) -> int:
        """Tell the handlers of an event, and return how many there were."""
        told = list(self._handlers.get(event, []))
        for handler in told:
            handler(message)
        return len(told)


# tests
bus = Bus()
heard: list[str] = []
stop = bus.subscribe("news", heard.append)
assert bus.publish("news", "one") == 1
assert bus.publish("weather", "rain") == 0
stop()
stop()
assert bus.publish("news", "two") == 0
assert heard == ["one"]
