import pytest
from hypothesis import given
from hypothesis import strategies as st

from env import Unicode


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60), st.integers(1, 40))
def test_any_text_is_made_to_fit(text: str, longest: int) -> None:
    space = Unicode(longest)
    fitted = space.fit(text)
    assert space.contains(fitted)
    if space.contains(text):
        assert fitted == text


def test_a_long_text_keeps_its_ends() -> None:
    fitted = Unicode(20).fit("begin " + "x" * 100 + " end")
    assert fitted.startswith("begin")
    assert fitted.endswith("end")
    assert len(fitted) == 20


def test_samples_are_of_the_space_and_follow_from_the_seed() -> None:
    space, same = Unicode(100, seed=4), Unicode(100, seed=4)
    samples = [space.sample() for _ in range(200)]
    assert all(map(space.contains, samples))
    assert len(set(samples)) > 150
    assert [same.sample() for _ in range(200)] == samples


def test_half_characters_and_other_things_are_not_of_the_space() -> None:
    space = Unicode(3)
    assert "äß🙂" in space
    assert not any(map(space.contains, ["\ud800", "abcd", b"abc", 3, None]))


def test_samples_survive_json() -> None:
    space = Unicode(9)
    assert space.from_jsonable(space.to_jsonable(["a", "ß"])) == ["a", "ß"]


def test_spaces_of_one_length_are_equal() -> None:
    assert Unicode(5) == Unicode(5)
    assert Unicode(5) != Unicode(6)


def test_it_says_what_it_cannot_do() -> None:
    with pytest.raises(ValueError, match="max_length must be at least 1, got 0"):
        Unicode(0)
    with pytest.raises(ValueError, match="without mask"):
        Unicode(5).sample(mask=1)
