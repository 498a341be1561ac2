"""Makes a tiny encoder on the spot, so that the whole path can be run in seconds and without a connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, RobertaConfig, RobertaModel

_BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_ROBERTA_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
_PIECES = 2000


def make_tiny_encoder(
    folder: Path, texts: Iterable[str], kind: Literal["bert", "roberta"] = "bert", seed: int = 0
) -> Path:
    """Write an untrained two-layer encoder with a tokenizer learned from texts.

    Args:
        folder: where to; made if missing.
        texts: what the vocabulary is learned from.
        kind: ``bert`` (word pieces, lower case) or ``roberta`` (byte-level pairs, case kept).
        seed: of the weights.

    Returns:
        The folder, which ``AutoModel`` and ``AutoTokenizer`` load.
    """
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    if kind == "bert":
        tokenizer = _word_pieces(texts)
        config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=128, **size)
        BertModel(config).save_pretrained(folder)
        special = {
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "mask_token": "[MASK]",
        }
    else:
        tokenizer = _byte_pairs(texts)
        config = RobertaConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=130, pad_token_id=1, bos_token_id=0, eos_token_id=2, **size)  # fmt: skip
        RobertaModel(config).save_pretrained(folder)
        special = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>", "bos_token": "<s>", "eos_token": "</s>", "mask_token": "<mask>"}  # fmt: skip
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)
    return folder


def _word_pieces(texts: Iterable[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    # the library's trainer breaks ties as it comes, so that no two runs had the same pieces
    normalize, split = tokenizer.normalizer.normalize_str, tokenizer.pre_tokenizer.pre_tokenize_str
    counts = Counter(word for text in texts for word, _ in split(normalize(text)))
    letters = sorted({letter for word in counts for letter in word})
    words = sorted(counts, key=lambda word: (-counts[word], word))
    pieces = dict.fromkeys([*_BERT_SPECIAL, *letters, *(f"##{letter}" for letter in letters), *words])
    vocabulary = {piece: number for number, piece in enumerate(list(pieces)[:_PIECES])}
    tokenizer.model = models.WordPiece(vocab=vocabulary, unk_token="[UNK]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def _byte_pairs(texts: Iterable[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=2000,
            special_tokens=_ROBERTA_SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer
