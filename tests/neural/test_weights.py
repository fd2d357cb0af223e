import hashlib
import pickle
import socket
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch

from sersk.exceptions import ModelError
from sersk.neural import _weights
from sersk.neural._densenet import DenseNet
from sersk.neural._weights import load_weights, read_weights


def _make_net(seed=0, growth_rate=2, block_sizes=(1, 2)):
    torch.manual_seed(seed)
    net = DenseNet(growth_rate, block_sizes)
    for values in net.buffers():
        if values.is_floating_point():
            values.copy_(torch.rand(values.shape) + 0.5)
    return net


def _with_classifier(state, n_channels):
    return {
        **state,
        "classifier.weight": torch.randn(1000, n_channels),
        "classifier.bias": torch.zeros(1000),
    }


def _with_old_names(state):
    """Name as the published files do, which lack the counter of batches."""
    old = {}
    for name, values in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        if "denselayer" in name:
            for i in "12":
                name = name.replace(f"norm{i}.", f"norm.{i}.").replace(f"conv{i}.", f"conv.{i}.")
        old[name] = values
    return old


def _is_equal(net, other):
    pairs = zip(net.state_dict().items(), other.state_dict().items(), strict=True)
    return all(name == there and values.equal(same) for (name, values), (there, same) in pairs)


@pytest.fixture
def save(tmp_path):
    def write(state, name="weights.pth", **kwargs):
        torch.save(state, tmp_path / name, **kwargs)
        return tmp_path / name

    return write


@pytest.mark.parametrize("rename", [dict, _with_old_names])
@pytest.mark.parametrize("is_zip", [True, False])
def test_names_of_today_and_of_old_give_the_same(rename, is_zip, save):
    source = _make_net(1)
    state = _with_classifier(rename(source.state_dict()), source.n_channels)
    path = save(state, _use_new_zipfile_serialization=is_zip)
    net = _make_net(2)
    assert not _is_equal(net, source)
    load_weights(net, read_weights(path, "121"), path)
    assert _is_equal(net, source)


def test_old_names_are_old():
    names = _with_old_names(_make_net().state_dict())
    assert "features.denseblock2.denselayer2.norm.1.running_mean" in names
    assert "features.denseblock1.denselayer1.conv.2.weight" in names
    assert "features.transition1.norm.weight" in names


def test_only_the_classifier_is_ignored(save):
    state = _with_classifier(_make_net().state_dict(), 9)
    assert read_weights(str(save(state)), "small").keys() == _make_net().state_dict().keys()


# What does not fit


def test_missing_weights(save):
    net = _make_net()
    state = net.state_dict()
    del state["features.conv0.weight"]
    match = r"'a\.pth' do not fit .* must hold 'features\.conv0\.weight'\. It is missing\. Pass"
    with pytest.raises(ModelError, match=match):
        load_weights(net, state, "a.pth")
    del state["features.norm5.bias"]
    with pytest.raises(ModelError, match=r"It is missing, and 1 more\. Pass the variant"):
        load_weights(net, state, "a.pth")


def test_unexpected_weights():
    net = _make_net()
    state = net.state_dict() | {"fc.weight": torch.zeros(2), "fc.bias": torch.zeros(2)}
    with pytest.raises(ModelError, match=r"nothing but its weights. Got 'fc.weight', and 1 more"):
        load_weights(net, state, "a.pth")


def test_weights_of_another_shape():
    net = _make_net()
    before = _make_net()
    state = net.state_dict() | {"features.conv0.weight": torch.zeros(4, 1, 7, 7)}
    match = r"'features.conv0.weight' of shape \(4, 3, 7, 7\)\. Got \(4, 1, 7, 7\)\. Pass"
    with pytest.raises(ModelError, match=match):
        load_weights(net, state, "a.pth")
    assert _is_equal(net, before)


def test_weights_of_another_variant():
    with pytest.raises(ModelError, match="growth_rate and block_sizes that they were made for"):
        load_weights(_make_net(), _make_net(block_sizes=(1, 3)).state_dict(), "a.pth")


# What is no checkpoint


def test_no_such_file(tmp_path):
    with pytest.raises(ModelError, match=r"no file of weights .*none\.pth.* weights='imagenet'"):
        read_weights(tmp_path / "none.pth", "121")
    with pytest.raises(ModelError, match="There is no file of weights"):
        read_weights(tmp_path, "121")


@pytest.mark.parametrize("content", [b"", b"weights", b"PK\x03\x04 broken", bytes(range(256))])
def test_other_files(content, tmp_path):
    path = tmp_path / "a.pth"
    path.write_bytes(content)
    match = r"a\.pth' is no checkpoint that torch can read .* torch\.save\(model\.state_dict"
    with pytest.raises(ModelError, match=match):
        read_weights(path, "121")


class _Trap:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("write", [torch.save, lambda x, path: path.write_bytes(pickle.dumps(x))])
def test_no_code_is_run(write, tmp_path):
    path = tmp_path / "a.pth"
    write({"features.conv0.weight": _Trap(str(tmp_path / "sprung"))}, path)
    with pytest.raises(ModelError, match="without running code"):
        read_weights(path, "121")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("content", [[1, 2], {"epoch": 3}, {1: torch.zeros(1)}, torch.zeros(2)])
def test_checkpoints_of_other_things(content, save):
    with pytest.raises(ModelError, match=r"must hold a dict of names to tensors"):
        read_weights(save(content), "121")


# Downloads


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Publish files on this machine; gives the function that publishes those of DenseNet-121."""
    folder = tmp_path / "site"
    folder.mkdir()
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setattr(_weights, "BASE_URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def publish(state, digits=None):
        torch.save(state, folder / "file")
        content = (folder / "file").read_bytes()
        name = f"densenet121-{digits or hashlib.sha256(content).hexdigest()[:8]}.pth"
        (folder / "file").rename(folder / name)
        monkeypatch.setitem(_weights.IMAGENET_FILES, "121", name)
        return asked

    yield publish
    server.shutdown()
    thread.join()
    server.server_close()


def test_published_files_are_those_of_torchvision():
    assert _weights.BASE_URL == "https://download.pytorch.org/models/"
    assert _weights.IMAGENET_FILES == {
        "121": "densenet121-a639ec97.pth",
        "169": "densenet169-b2777c0a.pth",
        "201": "densenet201-c1103571.pth",
    }


def test_download_once(site, tmp_path, capsys):
    source = _make_net(1)
    asked = site(_with_classifier(_with_old_names(source.state_dict()), source.n_channels))
    for _ in range(2):
        net = _make_net(2)
        load_weights(net, read_weights("imagenet", "121"), "imagenet")
        assert _is_equal(net, source)
    assert len(asked) == 1
    assert len(list((tmp_path / "home/hub/checkpoints").iterdir())) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Downloading" in err


def test_wrong_hash(site, tmp_path):
    site(_make_net().state_dict(), digits="0123abcd")
    with pytest.raises(ModelError, match=r"not the published file .*0123abcd.*path of a copy"):
        read_weights("imagenet", "121")
    assert list((tmp_path / "home/hub/checkpoints").iterdir()) == []


def test_no_code_is_run_out_of_a_download(site, tmp_path):
    site({"features.conv0.weight": _Trap(str(tmp_path / "sprung"))})
    with pytest.raises(ModelError, match="not the published file"):
        read_weights("imagenet", "121")
    assert not (tmp_path / "sprung").exists()


def test_damaged_copy_in_the_cache(site, tmp_path):
    site(_make_net().state_dict())
    read_weights("imagenet", "121")
    (kept,) = (tmp_path / "home/hub/checkpoints").iterdir()
    kept.write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"Delete it from '.*checkpoints'"):
        read_weights("imagenet", "121")


def test_no_such_download(site, monkeypatch):
    monkeypatch.setitem(_weights.IMAGENET_FILES, "121", "densenet121-00000000.pth")
    with pytest.raises(ModelError, match=r"Cannot download http.*404.* path of a copy"):
        read_weights("imagenet", "121")


def test_no_network(tmp_path, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setattr(_weights, "BASE_URL", f"http://127.0.0.1:{port}/")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    match = r"Cannot download http.*densenet169-b2777c0a\.pth .*Connect to the internet, or pass"
    with pytest.raises(ModelError, match=match) as caught:
        read_weights("imagenet", "169")
    assert "\n" not in str(caught.value)


def test_nothing_is_published_for_the_small_one():
    with pytest.raises(ModelError, match=r"variants 121, 169, 201\. Got variant='small'"):
        read_weights("imagenet", "small")
