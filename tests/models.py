"""Small models that the tests make themselves, as no weights can be fetched: a static table, a transformer, a reranker."""

from pathlib import Path

CHARACTERS = "".join(
    dict.fromkeys("三公经费控制率预算决算支出收入问题存在的采购进度偏慢项目验收为这个句生成表示以用于检索相关文章query")
)


def static_model(folder: Path, dimension: int = 0) -> Path:
    """A table of vectors over single characters: one direction a character, or ``dimension`` random ones."""
    import numpy
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    vocabulary = {"[UNK]": 0} | {char: n for n, char in enumerate(CHARACTERS, 1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    if dimension:
        weights = numpy.random.default_rng(1).standard_normal((len(vocabulary), dimension)).astype("float32")
    else:
        weights = numpy.eye(len(vocabulary), dtype="float32")
    weights[0] = 0
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return folder


def _vocabulary(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *CHARACTERS]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    return folder / "vocab.txt"


def _config(size: int):
    from transformers import BertConfig

    return BertConfig(
        vocab_size=size, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=1
    )


def transformer_model(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A BERT of one layer with random weights and mean pooling, saved as sentence-transformers saves it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertModel, BertTokenizerFast

    torch.manual_seed(1)
    base = folder / "base"
    tokenizer = BertTokenizerFast(vocab=str(_vocabulary(base)), do_lower_case=True)
    tokenizer.save_pretrained(base)
    BertModel(_config(len(CHARACTERS) + 5)).save_pretrained(base)
    words = Transformer(str(base))
    SentenceTransformer(modules=[words, Pooling(16)], prompts=prompts or {}).save(str(folder / "model"))
    return folder / "model"


def reranker_model(folder: Path) -> Path:
    """A cross-encoder of one layer with random weights."""
    import torch
    from transformers import BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(1)
    tokenizer = BertTokenizerFast(vocab=str(_vocabulary(folder)), do_lower_case=True)
    tokenizer.save_pretrained(folder)
    BertForSequenceClassification(_config(len(CHARACTERS) + 5)).save_pretrained(folder)
    return folder
