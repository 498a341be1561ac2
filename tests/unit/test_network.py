"""The network with voices: one pass, three scores."""

import copy

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")


@pytest.fixture(scope="module")
def network(tmp_path_factory, tiny_texts, train_libraries):
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.model.network import BiasNetwork

    base = make_tiny_encoder(tmp_path_factory.mktemp("network") / "encoder", tiny_texts)
    torch.manual_seed(1)
    return BiasNetwork.from_encoder(str(base), voice=True).eval()


@pytest.fixture(scope="module")
def batch():
    ids = torch.randint(5, 90, (3, 12), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[1, 8:] = 0
    return ids, mask


def told(network, logit):
    """A copy of the network, made to say the same of every token's voice."""
    network = copy.deepcopy(network)
    with torch.no_grad():
        network.voice_head.weight.zero_()
        network.voice_head.bias.fill_(logit)
    return network


@pytest.mark.parametrize(("logit", "part"), [(-60.0, 0), (60.0, 1)])
def test_where_all_words_are_of_one_voice_its_score_is_that_of_the_sentence(network, batch, logit, part):
    with torch.no_grad():
        output = told(network, logit)(*batch)
    assert torch.allclose(output.part_logits[:, part], output.sentence_logits, atol=1e-4)


def test_padding_changes_no_score(network, batch):
    ids, mask = batch
    with torch.no_grad():
        padded = told(network, 0.3)(ids, mask)
        alone = told(network, 0.3)(ids[1:2, :8], mask[1:2, :8])
    assert torch.allclose(padded.part_logits[1], alone.part_logits[0], atol=1e-5)
    assert torch.allclose(padded.voice_logits[1, :8], alone.voice_logits[0], atol=1e-5)


def test_quotation_marks_change_whose_words_they_hold_and_not_how_loaded_these_are(network, batch):
    ids, mask = batch
    with torch.no_grad():
        plain = network(ids, mask, quoted=torch.zeros_like(ids))
        quoted = network(ids, mask, quoted=torch.ones_like(ids))
        left_out = network(ids, mask)
    assert torch.equal(plain.voice_logits, left_out.voice_logits)
    assert torch.equal(plain.token_logits, quoted.token_logits)
    assert not torch.allclose(plain.voice_logits, quoted.voice_logits)


def test_a_network_that_gets_heads_for_voices_and_an_exit_scores_as_before(network, batch):
    from biasdetect.model.network import BiasConfig, BiasNetwork

    before = BiasNetwork(BiasConfig(encoder=network.config.encoder)).eval()
    after = before.extended(voice=True, exit_layer=1).eval()
    with torch.no_grad():
        assert torch.equal(before(*batch).sentence_logits, after(*batch).sentence_logits)
    assert torch.equal(after.exit.token_head.weight, before.token_head.weight)


def test_the_lower_heads_learn_with_the_upper_ones(network, batch):
    ids, mask = batch
    deep = network.extended(voice=True, exit_layer=1)
    deep(ids, mask, sentence_target=torch.ones(len(ids)), token_target=mask.float()).loss.backward()
    assert deep.exit.token_head.weight.grad.abs().sum() > 0
    assert deep.exit.sentence_head.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("logit", [-8.0, 0.0, 8.0])
def test_labels_without_marks_and_techniques_teach_in_half_precision_too(network, batch, logit):
    ids, mask = batch
    sure = copy.deepcopy(network)
    with torch.no_grad():
        sure.token_head.bias.fill_(logit)
        sure.token_head.bias[1] += 8  # and sure of the category
    nothing = torch.full(ids.shape, float("nan"))
    techniques = torch.tensor([[1.0, 0.0, float("nan"), 0.0, 0.0, 0.0]]).repeat(len(ids), 1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = sure(ids, mask, sentence_target=torch.ones(len(ids)), token_target=nothing, weak_target=techniques)
    output.loss.backward()
    assert all(weights.grad.isfinite().all() for weights in sure.parameters() if weights.grad is not None)
