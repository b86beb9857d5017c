"""What the pair model learns from: labelled pairs, pairs of clusters, and pairs made of the questions themselves.

Labelled pairs alone teach that like words mean like questions. The pairs made here say otherwise: one number, name,
negation or direction changed makes another question; politeness, a typo or an empty word does not.
"""
import json
import random
import re


def read_lines(path):
    with open(path, encoding='utf8') as file:
        return [json.loads(line) for line in file]


def cluster_pairs(clusters, per_cluster, dice):
    """Questions of one cluster mean the same."""
    pairs = []
    for cluster in clusters:
        prompts = cluster['prompts']
        every = [(a, b) for i, a in enumerate(prompts) for b in prompts[i + 1:]]
        pairs += [(a, b, 1.0) for a, b in dice.sample(every, min(per_cluster, len(every)))]
    return pairs


def near_strangers(clusters, vectors, per_cluster, dice):
    """The nearest questions of other clusters. The very nearest may be duplicates that nobody marked: left out."""
    owners = [index for index, cluster in enumerate(clusters) for _ in cluster['prompts']]
    prompts = [prompt for cluster in clusters for prompt in cluster['prompts']]
    pairs = []
    begin = 0
    for index, cluster in enumerate(clusters):
        row = begin + dice.randrange(len(cluster['prompts']))
        begin += len(cluster['prompts'])
        likeness = vectors @ vectors[row]
        nearest = [int(other) for other in likeness.argsort()[::-1][:24] if owners[other] != index and likeness[other] < 0.93]
        pairs += [(prompts[row], prompts[other], 0.0) for other in nearest[:per_cluster]]
    return pairs


NUMBER = re.compile(r'(?<![\w.])\d+(?:[.,]\d+)?(?![\w])')
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?![\w'])")
HELPER = re.compile(r'\b(is|are|was|were|can|could|should|would|will|do|does|did|has|have)\b', re.I)
NOT = re.compile(r"\b(not|never)\b ?|n't\b", re.I)
OPPOSITES = [pair.split('/') for pair in '''before/after more/less increase/decrease buy/sell with/without open/close start/stop
 first/last best/worst good/bad high/low higher/lower gain/lose cheap/expensive easy/hard hot/cold men/women male/female
 boy/girl husband/wife legal/illegal early/late always/never most/least add/remove enable/disable import/export
 install/uninstall lend/borrow teach/learn win/lose love/hate old/new short/long big/small rich/poor left/right
 north/south east/west upload/download send/receive deposit/withdraw encrypt/decrypt internal/external maximum/minimum
 advantages/disadvantages positive/negative above/below inside/outside public/private child/adult indoor/outdoor
 and/or all/some can/should debit/credit gross/net fixed/variable acute/chronic day/night summer/winter'''.split()]
OPPOSITE = {word: other for one, two in OPPOSITES for word, other in ((one, two), (two, one))}
WORDS_OF_NUMBERS = dict(zip(range(2, 21), '''two three four five six seven eight nine ten eleven twelve thirteen
 fourteen fifteen sixteen seventeen eighteen nineteen twenty'''.split()))
POLITE = ['Please tell me: {}', 'Can you please tell me, {}', 'Hi, {}', 'Hello! {} Thanks!', '{} Thank you.', 'I would like to know, {}',
          'Could you help me? {}', 'Quick question: {}', 'Hey there, {}', 'I was wondering, {}']
EMPTY = ['really', 'actually', 'just', 'exactly', 'basically', 'truly', 'in fact']
CONTRACTIONS = [("what is", "what's"), ("is not", "isn't"), ("do not", "don't"), ("does not", "doesn't"), ("can not", "can't"),
                ("cannot", "can't"), ("i am", "i'm"), ("how is", "how's"), ("are not", "aren't"), ("who is", "who's"), ("it is", "it's"),
                ("did not", "didn't"), ("should not", "shouldn't"), ("will not", "won't"), ("i have", "i've"), ("what are", "what're")]
FORMS = [['How do I ', 'How can I ', 'What is the best way to ', 'How to ', 'How does one ', 'How should I '],
         ['What are some good ways to ', 'What are the best ways to ', 'How can I '],
         ['Why is ', 'What is the reason that '], ['Is it true that ', 'Is it really true that ']]


class Changes:
    """Each change gives another text, or None where the text has nothing to change."""

    def __init__(self, prompts, dice):
        self.dice = dice
        self.names = sorted({name for prompt in prompts for name in NAME.findall(prompt)})

    def replaced(self, pattern, text, replacement):
        found = list(pattern.finditer(text))
        if not found:
            return None
        hit = self.dice.choice(found)
        return text[:hit.start()] + replacement(hit.group()) + text[hit.end():]

    def number(self, text):
        def other(number):
            value = float(number.replace(',', ''))
            changed = value + self.dice.choice([-3, -2, -1, 1, 2, 5, 7, 10]) if self.dice.random() < 0.6 else value * self.dice.choice([2, 3, 10])
            return str(int(abs(changed) + (1 if changed == value else 0)))
        return self.replaced(NUMBER, text, other)

    def name(self, text):
        return self.replaced(NAME, text, lambda _: self.dice.choice(self.names))

    def negation(self, text):
        if NOT.search(text):
            return NOT.sub('', text, count=1)
        return self.replaced(HELPER, text, lambda word: f'{word} not')

    def opposite(self, text):
        words = text.split(' ')
        places = [i for i, word in enumerate(words) if word.lower().strip('?.,') in OPPOSITE]
        if not places:
            return None
        place = self.dice.choice(places)
        bare = words[place].strip('?.,')
        words[place] = words[place].replace(bare, OPPOSITE[bare.lower()])
        return ' '.join(words)

    def direction(self, text):
        return self.swapped(text, re.compile(r'\bfrom ([\w ]{2,24}?) to ([\w]{2,}(?: [A-Z]\w+)*)'))

    def swapped(self, text, pattern):
        hit = pattern.search(text)
        if not hit or hit.group(1) == hit.group(2):
            return None
        (a, b), (c, d) = hit.span(1), hit.span(2)
        return text[:a] + hit.group(2) + text[b:c] + hit.group(1) + text[d:]

    def polite(self, text):
        return self.dice.choice(POLITE).format(text)

    def empty_word(self, text):
        return self.replaced(HELPER, text, lambda word: f'{word} {self.dice.choice(EMPTY)}')

    def typo(self, text):
        def misspelt(word):
            at = self.dice.randrange(1, len(word) - 2)
            kind = self.dice.randrange(3)
            if kind == 0:
                return word[:at] + word[at + 1] + word[at] + word[at + 2:]
            return word[:at] + word[at + 1:] if kind == 1 else word[:at] + word[at] + word[at:]
        return self.replaced(re.compile(r'\b[a-z]{6,}\b'), text, misspelt)

    def contraction(self, text):
        for long, short in self.dice.sample(CONTRACTIONS, len(CONTRACTIONS)):
            for one, other in ((long, short), (short, long)):
                if re.search(rf'\b{one}\b', text, re.I):
                    return re.sub(rf'\b{one}\b', other, text, count=1, flags=re.I)
        return None

    def number_word(self, text):
        def other(number):
            return WORDS_OF_NUMBERS.get(int(number)) if number.isdigit() and int(number) in WORDS_OF_NUMBERS else number
        changed = self.replaced(NUMBER, text, other)
        return None if changed == text else changed

    def form(self, text):
        for group in self.dice.sample(FORMS, len(FORMS)):
            for begin in group:
                if text.startswith(begin):
                    return self.dice.choice([other for other in group if other != begin]) + text[len(begin):]
        return None


def changed_pairs(prompts, count, dice):
    """About `count` pairs of other meaning, half as many of the same."""
    changes = Changes(prompts, dice)
    pairs = []
    for kinds, same, share in (
        (('number', 'name', 'negation', 'opposite', 'direction'), 0.0, 1.0),
        (('polite', 'empty_word', 'typo', 'contraction', 'number_word', 'form'), 1.0, 0.75),
    ):
        for kind in kinds:
            made = 0
            for text in dice.sample(prompts, len(prompts)):
                other = getattr(changes, kind)(text)
                if other is None or other == text:
                    continue
                pairs.append((text, other, same))
                made += 1
                if made >= share * count / len(kinds):
                    break
    return pairs


def learning_pairs(folder, contrasts, vectors_of, seed):
    dice = random.Random(seed)
    labelled = read_lines(f'{folder}/train.jsonl')
    clusters = read_lines(f'{folder}/train-clusters.jsonl')
    pairs = [(row['a'], row['b'], float(row['same'])) for row in labelled]
    pairs += cluster_pairs(clusters, 4, dice)
    pairs += near_strangers(clusters, vectors_of([p for c in clusters for p in c['prompts']]), 3, dice)
    prompts = sorted({row['a'] for row in labelled if row['source'] in ('qqp', 'medical', 'wikifactcheck')})
    pairs += changed_pairs(prompts, 4_500, dice)
    if contrasts:
        own = [(r['a'], r['b'], float(r['same'])) for r in read_lines(contrasts) if r['part'] == 'train']
        pairs += own * 2
    dice.shuffle(pairs)
    return pairs
