"""all-MiniLM-L6-v2 as a cross-encoder: the network, its tokenizer and its weights, for training only.

The product runs the same network in ONNX (`src/embedding/`); `train.py` writes what was learned for it.
"""
import json
import math
import struct
import unicodedata

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HIDDEN, LAYERS, HEADS, INNER = 384, 6, 12, 1536
PART_TOKENS = 254


def read_safetensors(path):
    with open(path, 'rb') as file:
        header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
        body = file.read()
    kinds = {'F16': np.float16, 'F32': np.float32}
    return {
        name: torch.from_numpy(
            np.frombuffer(body[slice(*tensor['data_offsets'])], kinds[tensor['dtype']])
            .reshape(tensor['shape']).astype(np.float32))
        for name, tensor in header.items()
        if name != '__metadata__' and tensor['dtype'] in kinds
    }


def write_safetensors(path, tensors, metadata):
    header, body = {'__metadata__': metadata}, b''
    for name, tensor in tensors.items():
        raw = tensor.detach().numpy().astype(np.float16).tobytes()
        header[name] = {'dtype': 'F16', 'shape': list(tensor.shape), 'data_offsets': [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + body)


class WordPiece:
    """BERT's uncased tokenizer (Devlin et al. 2019, `BasicTokenizer` and `WordpieceTokenizer`)."""

    def __init__(self, path):
        with open(path, encoding='utf8') as file:
            self.vocabulary = json.load(file)['model']['vocab']
        self.known = {}

    def encode(self, text):
        text = unicodedata.normalize('NFD', text.lower())
        ids, word = [], ''
        for char in text + ' ':
            category = unicodedata.category(char)
            if category == 'Mn' or category == 'Cf' or char in '\0\ufffd' or (category == 'Cc' and char not in '\t\n\r'):
                continue
            if char.isspace():
                ids += self.pieces(word)
                word = ''
            elif category[0] == 'P' or char in '$+<=>^`|~' or self.is_ideograph(ord(char)):
                ids += self.pieces(word) + self.pieces(char)
                word = ''
            else:
                word += char
        return ids

    @staticmethod
    def is_ideograph(point):
        return 0x4E00 <= point <= 0x9FFF or 0x3400 <= point <= 0x4DBF or 0xF900 <= point <= 0xFAFF

    def pieces(self, word):
        if word == '':
            return []
        if word not in self.known:
            self.known[word] = self.split(word)
        return self.known[word]

    def split(self, word):
        unknown = [self.vocabulary['[UNK]']]
        if len(word) > 100:
            return unknown
        pieces, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start and (piece := ('##' if start else '') + word[start:end]) not in self.vocabulary:
                end -= 1
            if end == start:
                return unknown
            pieces.append(self.vocabulary[piece])
            start = end
        return pieces

    def pair(self, one, other):
        """The text that is smaller by UTF-16 code units comes first, so that the order of the two does not matter."""
        first, second = sorted((one, other), key=lambda text: text.encode('utf-16-be', 'surrogatepass'))
        begin, end = self.vocabulary['[CLS]'], self.vocabulary['[SEP]']
        head = [begin, *self.encode(first)[:PART_TOKENS], end]
        tail = [*self.encode(second)[:PART_TOKENS], end]
        return head + tail, [0] * len(head) + [1] * len(tail)


def batch_of(encoded):
    length = max(len(ids) for ids, _ in encoded)
    padded = lambda row: row + [0] * (length - len(row))
    return (
        torch.tensor([padded(ids) for ids, _ in encoded]),
        torch.tensor([padded(types) for _, types in encoded]),
        torch.tensor([padded([1] * len(ids)) for ids, _ in encoded]),
    )


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        attention = {'query': nn.Linear(HIDDEN, HIDDEN), 'key': nn.Linear(HIDDEN, HIDDEN), 'value': nn.Linear(HIDDEN, HIDDEN)}
        output = lambda inner: nn.ModuleDict({'dense': nn.Linear(inner, HIDDEN), 'LayerNorm': nn.LayerNorm(HIDDEN, eps=1e-12)})
        self.attention = nn.ModuleDict({'self': nn.ModuleDict(attention), 'output': output(HIDDEN)})
        self.intermediate = nn.ModuleDict({'dense': nn.Linear(HIDDEN, INNER)})
        self.output = output(INNER)

    def forward(self, x, mask, dropout):
        heads = lambda y: y.view(*y.shape[:2], HEADS, -1).transpose(1, 2)
        q, k, v = (heads(self.attention['self'][name](x)) for name in ('query', 'key', 'value'))
        context = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        context = context.transpose(1, 2).flatten(2)
        out = self.attention['output']
        x = out['LayerNorm'](x + dropout(out['dense'](context)))
        inner = F.gelu(self.intermediate['dense'](x))
        return self.output['LayerNorm'](x + dropout(self.output['dense'](inner)))


class CrossEncoder(nn.Module):
    def __init__(self, weights, dropout=0.1):
        super().__init__()
        self.embeddings = nn.ModuleDict({
            'word_embeddings': nn.Embedding(30522, HIDDEN),
            'position_embeddings': nn.Embedding(512, HIDDEN),
            'token_type_embeddings': nn.Embedding(2, HIDDEN),
            'LayerNorm': nn.LayerNorm(HIDDEN, eps=1e-12),
        })
        self.encoder = nn.ModuleDict({'layer': nn.ModuleList(Layer() for _ in range(LAYERS))})
        self.head = nn.ModuleDict({'dense': nn.Linear(HIDDEN, HIDDEN), 'out': nn.Linear(HIDDEN, 1)})
        self.dropout = nn.Dropout(dropout)
        self.load_state_dict({k: v for k, v in weights.items() if k in self.state_dict()}, strict=False)
        self.embeddings['word_embeddings'].weight.requires_grad_(False)

    def forward(self, ids, types, mask):
        e = self.embeddings
        x = e['word_embeddings'](ids) + e['token_type_embeddings'](types) + e['position_embeddings'].weight[: ids.shape[1]]
        x = self.dropout(e['LayerNorm'](x))
        bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(mask == 0, -1e4)[:, None, None, :]
        for layer in self.encoder['layer']:
            x = layer(x, bias, self.dropout)
        x = x.float()
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head['out'](self.dropout(torch.tanh(self.head['dense'](pooled)))).squeeze(-1)
