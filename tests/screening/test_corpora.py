from __future__ import annotations

import pytest

from bench import corpora
from bench.masking import MOST_FALSE, is_hidden, masked, near_misses
from screening.brands import BRANDS


def test_every_number_of_every_brand_is_hidden_in_every_spelling() -> None:
    samples = list(corpora.cards(seed=7, rounds=1))

    missed = [sample for sample in samples if not is_hidden(sample)]

    assert missed == []
    assert {sample.kind for sample in samples} >= {brand for brand, _, _ in BRANDS}


def test_hardly_a_near_miss_is_masked() -> None:
    assert near_misses(seed=7, number=3000) < MOST_FALSE


@pytest.mark.parametrize("kind", corpora.KEPT)
def test_what_only_looks_like_a_card_number_is_kept(kind: str) -> None:
    assert masked(iter(corpora.kept(kind, seed=7, number=1000))) == 0
