"""Made-up banks of questions in which near-duplicates are looked for, here and by the bench."""

import random
from collections.abc import Callable
from itertools import accumulate, product
from pathlib import Path

from questionbank.rules.question_readings import Text

WORDS = (Path(__file__).parent / "rules/administrative_words.txt").read_text("utf-8").split()
ONSETS = "b c ch d đ g h k kh l m n nh ph r s t th tr v x"
RHYMES = """
    a ác ái ám án áng anh ào áp át âm ân âu ay e em én eo ê ên ênh i ích im in inh iên iêm iêu
    o oa oan oang oc oi om on ong ô ôi ôm ôn ông ơ ơi ơn u ua ui um un ung uân uê uy uyên ư
    ưa ưng ươi ương ươm
"""


def dense_words() -> Callable[[random.Random, int], str]:
    """Of the 170 commonest words all alike: each says what thousands of others say, too."""
    return lambda chance, count: " ".join(chance.choices(WORDS, k=count))


def natural_words() -> Callable[[random.Random, int], str]:
    """As in a language (Zipf): the common words first, then a thousand rare ones in their order."""
    tail = [onset + rhyme for onset, rhyme in product(ONSETS.split(), RHYMES.split())]
    random.Random(1).shuffle(tail)
    words = list(dict.fromkeys([*WORDS, *tail]))
    odds = list(accumulate(1 / (rank + 2.7) for rank in range(1, len(words) + 1)))
    return lambda chance, count: " ".join(chance.choices(words, cum_weights=odds, k=count))


CORPORA = {"dense": dense_words, "natural": natural_words}


def made_up_texts(corpus: str, count: int, *, seed: int = 2) -> list[Text]:
    """Questions with four options each, keys from 0."""
    chance, sentence = random.Random(seed), CORPORA[corpus]()
    texts = []
    for key in range(count):
        options = tuple(sentence(chance, chance.randint(2, 12)) for _place in range(4))
        stem = sentence(chance, chance.randint(8, 30))
        texts.append(Text(key, stem, options, frozenset(options[:1])))
    return texts


def reworded(text: Text, *, key: int, seed: int) -> Text:
    """The same question in other words: a tenth to three tenths of them changed, or left out."""
    chance = random.Random(seed)

    def other(sentence: str, share: float) -> str:
        kept = [
            chance.choice(WORDS) if chance.random() < share / 2 else word
            for word in sentence.split()
            if chance.random() > share / 2
        ]
        return " ".join(kept) or sentence

    options = [other(option, 0.15) for option in text.options]
    stem = other(text.stem, chance.choice((0.1, 0.2, 0.3)))
    return Text(key, stem, tuple(options[::-1]), frozenset(options[:1]))
