"""What the chart renders is valid, hardened, reachable by what may reach it, and nothing more."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from cli import service_discovery
from foundation.runtime.run import STOP_WITHIN
from tests.deploy.chart.manifests import (
    CASES,
    CHART,
    PODDED,
    ROOT,
    Helm,
    Manifest,
    container,
    defaults,
    environment,
    labels,
    named,
    of_kind,
    pod,
)

OLDEST = "1.30"  # of Kubernetes, as Chart.yaml says
NEWEST = kubernetes_validate.latest_version()
OPERATORS = "monitoring.coreos.com/v1"
ENDING = 30  # seconds, promise P7

Rendered = Mapping[str, list[Manifest]]
every_case = pytest.mark.parametrize("case", CASES)
DESKS = {"so-xay-dung", "ubnd-tinh", "so-ke-hoach-dau-tu"}


def processes(manifests: list[Manifest]) -> set[str]:
    """The Deployments, by service and agency."""
    return {
        ".".join(
            each["metadata"]["labels"][name]
            for name in ("app.kubernetes.io/component", "motcua/agency")
            if name in each["metadata"]["labels"]
        )
        for each in of_kind(manifests, "Deployment")
    }


@every_case
def test_helm_finds_no_fault(helm: Helm, case: str) -> None:
    values = CHART / "ci" / f"{case}-values.yaml"
    ended = helm.run("lint", "--strict", str(CHART), "--values", str(values))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 chart(s) linted, 0 chart(s) failed" in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("case", "version"),
    [*((case, OLDEST) for case in CASES), ("full", NEWEST), ("autoscaled", NEWEST)],
)
def test_kubernetes_takes_every_manifest(rendered: Rendered, case: str, version: str) -> None:
    for each in rendered[case]:
        if each["apiVersion"] != OPERATORS:
            kubernetes_validate.validate(each, version, strict=True)


def test_a_manifest_that_kubernetes_does_not_take_is_noticed(rendered: Rendered) -> None:
    wrong = yaml.safe_load(yaml.safe_dump(of_kind(rendered["minimal"], "Deployment")[0]))
    wrong["spec"]["replica"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, OLDEST, strict=True)


@every_case
def test_nothing_is_there_twice_and_names_fit(rendered: Rendered, case: str) -> None:
    names = Counter((each["kind"], each["metadata"]["name"]) for each in rendered[case])
    assert {name for name, count in names.items() if count > 1} == set()
    assert max(len(name) for _, name in names) <= 63


def test_the_centre_runs_every_service_but_desks(rendered: Rendered) -> None:
    services = set(service_discovery.service_names()) - {"routing"}
    assert processes(rendered["minimal"]) == services
    desks = {f"routing.{agency}" for agency in DESKS}
    assert processes(rendered["many-agencies"]) == services | desks
    assert processes(rendered["bare"]) == services - {"feedback"}


def test_a_release_of_one_agency_is_its_desk_and_nothing_else(rendered: Rendered) -> None:
    one = rendered["one-agency"]
    assert processes(one) == {"routing.so-xay-dung"}
    assert {each["metadata"]["name"] for each in one} == {
        "motcua-routing",
        "motcua-routing-indexes",
        "motcua-hooks",
    }


@every_case
def test_a_pod_may_do_nothing_but_its_work(rendered: Rendered, case: str) -> None:
    for each in of_kind(rendered[case], *PODDED):
        spec, running = pod(each), container(each)
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert running["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} == running["resources"]["requests"].keys()
        assert "memory" in running["resources"]["limits"]
        writable = [mount for mount in running["volumeMounts"] if not mount.get("readOnly")]
        assert [mount["mountPath"] for mount in writable] == ["/tmp"]  # noqa: S108 -- an emptyDir
        (place,) = (each for each in spec["volumes"] if each["name"] == writable[0]["name"])
        assert place["emptyDir"]["sizeLimit"]
        assert not {"hostNetwork", "hostPID", "hostIPC", "hostPath"} & spec.keys()


@every_case
def test_a_process_has_the_time_to_end_that_it_is_promised(rendered: Rendered, case: str) -> None:
    for each in of_kind(rendered[case], "Deployment"):
        before = container(each).get("lifecycle", {}).get("preStop", {"sleep": {"seconds": 0}})
        left = pod(each)["terminationGracePeriodSeconds"] - before["sleep"]["seconds"]
        assert left == ENDING > STOP_WITHIN


@every_case
def test_a_pod_takes_calls_while_it_lives_and_is_rolled_out_when_it_can_work(
    rendered: Rendered, case: str
) -> None:
    for each in of_kind(rendered[case], "Deployment"):
        running = container(each)
        ports = {port["name"]: port["containerPort"] for port in running["ports"]}
        assert ports == {"http": 8000, "watch": 9000}
        asked = {
            name: (running[name]["httpGet"]["path"], running[name]["httpGet"]["port"])
            for name in ("startupProbe", "readinessProbe", "livenessProbe")
        }
        # Ready must not hang on the broker: promise P6 lets intake accept without it.
        assert asked == {
            "startupProbe": ("/readyz", "watch"),
            "readinessProbe": ("/healthz", "watch"),
            "livenessProbe": ("/healthz", "watch"),
        }
        liveness = running["livenessProbe"]
        assert liveness["periodSeconds"] * liveness["failureThreshold"] > 40


def selected(selector: Mapping[str, str], manifests: list[Manifest]) -> list[str]:
    return [
        each["metadata"]["name"]
        for each in of_kind(manifests, "Deployment")
        if selector.items() <= labels(each).items()
    ]


@every_case
def test_whatever_selects_pods_selects_those_of_its_own_process(
    rendered: Rendered, case: str
) -> None:
    for each in rendered[case]:
        kind, name, spec = each["kind"], each["metadata"]["name"], each.get("spec", {})
        selectors = {
            "Service": spec.get("selector", {}),
            "NetworkPolicy": spec.get("podSelector", {}).get("matchLabels", {}),
        } | dict.fromkeys(
            ("Deployment", "PodDisruptionBudget", "ServiceMonitor"),
            spec.get("selector", {}).get("matchLabels", {}),
        )
        if kind in selectors and name != "motcua-hooks":
            assert selectors[kind]["app.kubernetes.io/instance"] == "motcua"
            assert selected(selectors[kind], rendered[case]) == [name], f"{kind} {name}"


def ports_out(policy: Manifest) -> set[int]:
    return {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}


def test_each_process_reaches_what_it_needs_and_no_more(rendered: Rendered) -> None:
    places = defaults()["networkPolicy"]["destinations"]

    def ports(*names: str) -> set[int]:
        return {port for name in names for port in places[name]["ports"]}

    usual = ports("dns", "broker", "database")
    more = {
        "motcua-documents": ports("files", "scanner"),
        "motcua-intake": ports("payment"),
        "motcua-notifications": ports("mail", "sms"),
        "motcua-subscriptions": ports("webhooks"),
    }
    policies = of_kind(rendered["many-agencies"], "NetworkPolicy")
    names = {each["metadata"]["name"] for each in of_kind(rendered["many-agencies"], "Deployment")}
    assert {each["metadata"]["name"] for each in policies} == names | {"motcua-hooks"}
    for each in policies:
        assert each["spec"]["policyTypes"] == ["Ingress", "Egress"]
        assert ports_out(each) == usual | more.get(each["metadata"]["name"], set())


def test_nobody_may_call_a_hook_and_others_only_from_where_it_was_said(rendered: Rendered) -> None:
    hooks = named(rendered["full"], "NetworkPolicy", "motcua-hooks")
    assert "ingress" not in hooks["spec"]
    intake = named(rendered["full"], "NetworkPolicy", "motcua-intake")
    let_in = {rule["ports"][0]["port"]: rule["from"] for rule in intake["spec"]["ingress"]}
    assert let_in == {
        "http": [{"podSelector": {"matchLabels": {"app": "gateway"}}}],
        "watch": [{"ipBlock": {"cidr": "10.1.0.0/24"}}],
    }
    assert 4318 in ports_out(intake)


def test_what_scales_by_itself_is_given_no_number(rendered: Rendered) -> None:
    scaled = rendered["autoscaled"]
    assert not any("replicas" in each["spec"] for each in of_kind(scaled, "Deployment"))
    by_name = {
        each["metadata"]["name"]: each for each in of_kind(scaled, "HorizontalPodAutoscaler")
    }
    assert by_name.keys() == {each["metadata"]["name"] for each in of_kind(scaled, "Deployment")}
    kinds = {
        name: [metric["type"] for metric in each["spec"]["metrics"]]
        for name, each in by_name.items()
    }
    assert kinds.pop("motcua-intake") == ["Resource", "External"]
    assert kinds.pop("motcua-subscriptions") == ["External"]
    assert all(metrics == ["Resource"] for metrics in kinds.values())
    external = by_name["motcua-subscriptions"]["spec"]["metrics"][0]["external"]
    assert external["metric"]["selector"] == {"matchLabels": {"queue": "subscriptions"}}
    assert external["target"] == {"type": "AverageValue", "averageValue": "2000"}
    assert not of_kind(rendered["minimal"], "HorizontalPodAutoscaler")


def test_what_is_off_is_not_there(rendered: Rendered) -> None:
    kinds = {each["kind"] for each in rendered["bare"]}
    assert kinds == {"Deployment", "Service"}
    assert {each["kind"] for each in rendered["minimal"]} == kinds | {
        "PodDisruptionBudget",
        "NetworkPolicy",
        "Job",
    }


def test_a_drain_takes_one_pod_at_a_time_and_never_stands_still(rendered: Rendered) -> None:
    for each in of_kind(rendered["full"], "PodDisruptionBudget"):
        assert each["spec"]["maxUnavailable"] == 1
        assert each["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_each_process_has_a_host_under_the_domain(rendered: Rendered) -> None:
    hosts = {}
    for each in of_kind(rendered["full"], "Ingress"):
        if each["metadata"]["name"] == "motcua-pages":
            continue
        (rule,) = each["spec"]["rules"]
        assert each["spec"]["tls"] == [{"hosts": [rule["host"]], "secretName": "wildcard"}]
        (path,) = rule["http"]["paths"]
        hosts[rule["host"]] = path["backend"]["service"]["name"]
    assert hosts["intake.motcua.example.vn"] == "motcua-intake"
    assert hosts["so-xay-dung.motcua.example.vn"] == "motcua-routing-so-xay-dung"
    assert len(hosts) == len(service_discovery.service_names())


def test_the_pages_of_all_services_have_one_host(rendered: Rendered) -> None:
    pages = named(rendered["full"], "Ingress", "motcua-pages")
    (rule,) = pages["spec"]["rules"]
    assert pages["spec"]["tls"] == [{"hosts": [rule["host"]], "secretName": "wildcard"}]
    assert rule["host"] == "mot-cua.example.vn"
    behind = {
        (each["path"], each["pathType"]): each["backend"]["service"]["name"]
        for each in rule["http"]["paths"]
    }
    assert behind["/", "Exact"] == "motcua-intake"
    assert behind["/procedures", "Prefix"] == "motcua-catalogue"
    told = environment(named(rendered["full"], "Deployment", "motcua-intake"))
    assert told["PUBLIC_URL"] == "https://mot-cua.example.vn"
    assert told["SESSION_KEYS"] == "/etc/motcua-sign-in/session-keys.json"
    words = environment(named(rendered["full"], "Deployment", "motcua-notifications"))
    assert words["SESSION_KEYS"] == told["SESSION_KEYS"]


@pytest.mark.parametrize(
    ("set_to", "body", "room"), [("", "26m", "6Gi"), ("25", "26m", "6Gi"), ("60", "61m", "13Gi")]
)
def test_all_that_a_large_file_passes_follows_one_setting(
    helm: Helm, set_to: str, body: str, room: str
) -> None:
    words = ("--set", f"services.documents.settings.LARGEST_UPLOAD={set_to}") if set_to else ()
    words = (*words, "--set", "services.documents.temporary=")
    manifests = helm.template("full", *words)
    for each in of_kind(manifests, "Ingress"):
        said = each["metadata"]["annotations"]
        assert said == {"nginx.ingress.kubernetes.io/proxy-body-size": body}
    for name in ("documents", "intake"):
        told = environment(named(manifests, "Deployment", f"motcua-{name}"))
        assert told["LARGEST_UPLOAD"] == (set_to or "25")
    assert _room_for_files(manifests) == room
    own = helm.template("full", *words, "--set", "services.documents.temporary=8Gi")
    assert _room_for_files(own) == "8Gi"


def _room_for_files(manifests: list[Manifest]) -> str:
    volumes = pod(named(manifests, "Deployment", "motcua-documents"))["volumes"]
    (room,) = (each["emptyDir"]["sizeLimit"] for each in volumes if each["name"] == "temporary")
    return str(room)


def test_an_operator_may_say_how_large_a_body_the_ingress_takes(helm: Helm) -> None:
    name = "nginx.ingress.kubernetes.io/proxy-body-size"
    escaped = name.replace(".", "\\.")
    words = ("--set", f"ingress.annotations.{escaped}=99m", "--set", "ingress.annotations.a=b")
    for each in of_kind(helm.template("full", *words), "Ingress"):
        assert each["metadata"]["annotations"] == {name: "99m", "a": "b"}


def test_feedback_alone_has_the_keys_that_protect_denouncers(rendered: Rendered) -> None:
    feedback = named(rendered["full"], "Deployment", "motcua-feedback")
    assert environment(feedback)["VAULT_KEYS"] == "/etc/motcua-vault/keys.json"
    (mounted,) = (each for each in container(feedback)["volumeMounts"] if each["name"] == "vault")
    assert mounted == {"name": "vault", "mountPath": "/etc/motcua-vault", "readOnly": True}
    (volume,) = (each for each in pod(feedback)["volumes"] if each["name"] == "vault")
    secret = volume["secret"]
    assert (secret["secretName"], secret["optional"]) == ("denouncers", True)
    assert secret["items"] == [{"key": "keys.json", "path": "keys.json"}]
    # Nobody else reads it, and feedback can: a Secret's file is root's, and of the pod's group.
    assert secret["defaultMode"] == 0o440
    assert pod(feedback)["securityContext"]["fsGroup"] == 10001
    for each in of_kind(rendered["full"], "Deployment"):
        if each is not feedback:
            assert "denouncers" not in str(each)


def test_subscriptions_alone_has_the_keys_that_seal_what_webhooks_are_signed_with(
    rendered: Rendered,
) -> None:
    subscriptions = named(rendered["full"], "Deployment", "motcua-subscriptions")
    assert environment(subscriptions)["VAULT_KEYS"] == "/etc/motcua-vault/signers.json"
    (volume,) = (each for each in pod(subscriptions)["volumes"] if each["name"] == "vault")
    assert volume["secret"]["secretName"] == "webhook-signers"
    assert volume["secret"]["items"] == [{"key": "signers.json", "path": "signers.json"}]
    for each in of_kind(rendered["full"], "Deployment"):
        if each is not subscriptions:
            assert "webhook-signers" not in str(each)


@pytest.mark.parametrize(
    ("service", "value"), [("feedback", "vault"), ("subscriptions", "webhookVault")]
)
def test_a_service_runs_without_a_vault_if_none_is_wanted(
    helm: Helm, service: str, value: str
) -> None:
    shown = helm.template("full", "--set", f"{value}.secret=")
    deployment = named(shown, "Deployment", f"motcua-{service}")
    assert "VAULT_KEYS" not in environment(deployment)
    assert "vault" not in {each["name"] for each in pod(deployment)["volumes"]}


def test_prometheus_is_told_where_to_look_and_when_to_call(rendered: Rendered) -> None:
    full = rendered["full"]
    monitors = of_kind(full, "ServiceMonitor")
    assert len(monitors) == len(of_kind(full, "Deployment"))
    for each in monitors:
        assert each["apiVersion"] == OPERATORS
        assert each["metadata"]["labels"]["release"] == "prometheus"
        (endpoint,) = each["spec"]["endpoints"]
        assert (endpoint["port"], endpoint["path"], endpoint["interval"]) == (
            "watch",
            "/metrics",
            "15s",
        )
        service = named(full, "Service", each["metadata"]["name"])
        assert service["metadata"]["labels"][each["spec"]["jobLabel"]] == "motcua"
        assert (
            each["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
        )
    (rules,) = of_kind(full, "PrometheusRule")
    assert rules["apiVersion"] == OPERATORS
    names = [group["name"] for group in rules["spec"]["groups"]]
    assert "ours" in names
    assert len(names) == len(set(names))
    for rule in (rule for group in rules["spec"]["groups"] for rule in group["rules"]):
        assert ("alert" in rule) != ("record" in rule)
        assert rule["expr"]


def test_the_rules_of_the_chart_are_those_that_are_tested(rendered: Rendered) -> None:
    """What promtool tests in deploy/monitoring/rules is what the chart carries."""
    told = {
        group["name"] for group in of_kind(rendered["full"], "PrometheusRule")[0]["spec"]["groups"]
    }
    tested = {
        group["name"]
        for path in (ROOT / "deploy" / "monitoring" / "rules").glob("*.yml")
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    }
    link = "ln -s ../../../monitoring/rules deploy/helm/motcua/files/rules"
    assert told == tested | {"ours"}, f"the chart has other rules: {link}"


def test_a_package_of_the_chart_is_whole(helm: Helm, rendered: Rendered, tmp_path: Path) -> None:
    ended = helm.run("package", str(CHART), "--destination", str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    (package,) = tmp_path.glob("motcua-*.tgz")
    assert helm.template("full", chart=package) == rendered["full"]


def test_values_can_be_read_in_one_sitting() -> None:
    lines = (CHART / "values.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 200


def test_every_pod_believes_the_certificates_it_is_given(rendered: Rendered) -> None:
    for each in of_kind(rendered["full"], *PODDED):
        mounts = {mount["name"]: mount["mountPath"] for mount in container(each)["volumeMounts"]}
        variables = {entry["name"]: entry.get("value") for entry in container(each)["env"]}
        assert variables["SSL_CERT_FILE"] == f"{mounts['certificates']}/bundle.pem"
        (volume,) = (entry for entry in pod(each)["volumes"] if entry["name"] == "certificates")
        assert volume["configMap"] == {"name": "authorities"}
    assert "SSL_CERT_FILE" not in str(rendered["minimal"])


def test_a_digest_goes_before_a_tag(helm: Helm) -> None:
    digest = "sha256:" + "0" * 64
    for options, image in (
        ([], "motcua:" + yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]),
        (["--set-string", "image.tag=2"], "motcua:2"),
        (["--set-string", f"image.tag=2,image.digest={digest}"], f"motcua@{digest}"),
    ):
        made = helm.template("minimal", *options)
        assert {container(each)["image"] for each in of_kind(made, *PODDED)} == {image}
