"""What hypothesis may draw for messages and histories."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

# Any text but half characters, which UTF-8 cannot say.
said = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)

# Any moment at any offset, to the millisecond as we keep it.
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 -- hypothesis adds the offset itself
    max_value=datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=offsets,
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | said,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(said, inner, max_size=3),
    max_leaves=6,
)
