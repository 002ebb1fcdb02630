"""What must hold for releases, capacity, operating, and the CDN. As in rules.py: violations as sentences."""

import json
import re

from rules import alarms_on, queue_mappings, stream_mappings
from system import as_list, literal, statements

# Buckets whose objects stay until somebody deletes them: pages are one for each household.
KEPT_FOR_EVER = {"SiteBucket"}

# An initial password that every officer of the campaign was told isn't a secret: docs/threat-model.md.
KNOWN_TO_EVERYBODY = {"DEFAULT_INITIAL_PASSWORD"}

# What everybody may call and what writes: limited by address.
LIMITED_OPENLY = ("/v1/sessions", "/v1/public/", "/report")


# ---- Releases -------------------------------------------------------------------------------------


def every_release_reaches_every_function(system):
    """Else a function goes on with the settings it was published with, whatever is deployed."""
    for stack, name, function in system.resources("AWS::Lambda::Function"):
        versions = [v for _, v in stack.resources("AWS::Lambda::Version") if v["Properties"]["FunctionName"] == {"Ref": name}]
        if [v["Properties"].get("Description") for v in versions] != [{"Ref": "Release"}]:
            yield f"{name}: VersionDescription is not the release"
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        if variables.get("RELEASE") != {"Ref": "Release"}:
            yield f"{name}: doesn't know its release"
        aliases = [a for _, a in stack.resources("AWS::Lambda::Alias") if a["Properties"]["FunctionName"] == {"Ref": name}]
        if [a["Properties"]["Name"] for a in aliases] != ["live"]:
            yield f"{name}: no alias `live`"


def sam_builds_nothing(system):
    """`make package` has built it; `sam build` would look for a Makefile in each function's folder."""
    for stack in system.stacks.values():
        for name, resource in stack.source["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function" and resource.get("Metadata") != {"SkipBuild": True}:
                yield f"{name}: `sam build` would try to build it"


def releases_are_rolled_back_when_they_fail(system):
    for stack, name, alias in system.resources("AWS::Lambda::Alias"):
        update = alias.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
        if update is None:
            yield f"{name}: all traffic at once, and no way back"
            continue
        group = stack.translated["Resources"][update["DeploymentGroupName"]["Ref"]]["Properties"]
        alarms = group.get("AlarmConfiguration", {}).get("Alarms", [])
        if not any(entry["Name"] == {"Ref": "RollbackAlarm"} for entry in alarms):
            yield f"{name}: no alarm rolls it back"
        if "DEPLOYMENT_STOP_ON_ALARM" not in group["AutoRollbackConfiguration"]["Events"]:
            yield f"{name}: isn't rolled back on an alarm"
        if "DeploymentRoleArn" not in str(group["ServiceRoleArn"]):
            yield f"{name}: is deployed with AWS's role, which may do more than ours"


def events_go_to_released_versions(system):
    """An event source or a permission on the function itself would go past the alias."""
    for stack, name, resource in system.resources("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission"):
        target = resource["Properties"]["FunctionName"]
        kind = stack.translated["Resources"].get(target.get("Ref", ""), {}).get("Type")
        if kind != "AWS::Lambda::Alias":
            yield f"{name}: calls a function past its alias"


# ---- Capacity -------------------------------------------------------------------------------------


def photos_leave_room_for_sign_ins(system):
    mapping = next(m for m in queue_mappings(system) if m[4] == ("pipeline", "ProcessPhoto"))
    if mapping[2].get("ScalingConfig", {}).get("MaximumConcurrency") != {"Ref": "PhotoConcurrency"}:
        yield "ProcessPhoto: its share of the concurrency is no parameter"
    reserved = system.resource(("api", "CreateSession"))["Properties"].get("ReservedConcurrentExecutions")
    if "SignInConcurrency" not in str(reserved):
        yield "CreateSession: nothing is reserved for it"


def buckets_are_tidied(system):
    for _, name, bucket in system.resources("AWS::S3::Bucket"):
        rules = bucket["Properties"].get("LifecycleConfiguration", {}).get("Rules", [])
        enabled = [rule for rule in rules if rule.get("Status") == "Enabled"]
        if name not in KEPT_FOR_EVER and not enabled:
            yield f"{name}: keeps everything for ever, at the full price"
        if name not in KEPT_FOR_EVER and not any("AbortIncompleteMultipartUpload" in rule for rule in enabled):
            yield f"{name}: keeps uploads that were broken off"


def originals_go_to_cold_storage(system):
    rules = system.resource(("data", "PhotosBucket"))["Properties"]["LifecycleConfiguration"]["Rules"]
    cold = [r for r in rules if r.get("Prefix") == "originals/" and r.get("Transitions") and r["Status"] == "Enabled"]
    if not cold:
        yield "PhotosBucket: originals stay in the dearest storage"


# ---- Secrets --------------------------------------------------------------------------------------


def secrets_are_given_by_reference(system):
    """A function reads a secret by its ARN; its value stands in no variable, template or change set."""
    for stack, name, function in system.resources("AWS::Lambda::Function"):
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        for variable, value in variables.items():
            if not re.search("SECRET|PASSWORD|KEY|CREDENTIAL", variable) or variable in KNOWN_TO_EVERYBODY:
                continue
            target = system.target(stack, value)
            if target is None or system.resource(target)["Type"] != "AWS::SecretsManager::Secret":
                yield f"{name}: {variable} is no reference to a secret"
    for _, name, secret in system.resources("AWS::SecretsManager::Secret"):
        if "SecretString" in secret["Properties"]:
            yield f"{name}: its value stands in the template"


# ---- Operating ------------------------------------------------------------------------------------


def consumed_queues_have_an_age_alarm(system):
    for _, _, _, source, _ in queue_mappings(system):
        if not any(
            alarm["MetricName"] == "ApproximateAgeOfOldestMessage" for alarm in alarms_on(system, source, "QueueName")
        ):
            yield f"{source[1]}: nobody would hear that its messages wait"


def tables_have_an_alarm_when_they_throttle(system):
    watched = set()
    for stack, _, alarm in system.resources("AWS::CloudWatch::Alarm"):
        for query in alarm["Properties"].get("Metrics", []):
            metric = query.get("MetricStat", {}).get("Metric", {})
            if metric.get("MetricName") == "WriteThrottleEvents":
                watched |= {system.target(stack, entry["Value"]) for entry in metric["Dimensions"]}
    for stack, name, _ in system.resources("AWS::DynamoDB::Table"):
        if (stack.name, name) not in watched:
            yield f"{name}: nobody would hear of its throttling"


def the_usual_signs_have_an_alarm(system):
    watched = {alarm["Properties"].get("MetricName") for _, _, alarm in system.resources("AWS::CloudWatch::Alarm")}
    for metric in ("5xx", "Latency", "Throttles", "SignInsRefused", "ReportsEscalated"):
        if metric not in watched:
            yield f"no alarm on {metric}"
    if not any(system.resources("AWS::Budgets::Budget")):
        yield "nobody watches the bill"


def the_dashboard_can_be_read(system):
    for stack, name, dashboard in system.resources("AWS::CloudWatch::Dashboard"):
        text = literal(dashboard["Properties"]["DashboardBody"])
        try:
            widgets = json.loads(text)["widgets"]
        except (ValueError, KeyError) as error:
            yield f"{name}: {error}"
            continue
        for variable in sorted(set(re.findall(r"\$\{([\w:]+)\}", text))):
            if variable not in stack.source["Parameters"] and not variable.startswith("AWS::"):
                yield f"{name}: shows {variable}, which there isn't"
        queues = {source for _, _, _, source, _ in queue_mappings(system)}
        for queue in sorted(queues):
            shown = [v for v in stack.source["Parameters"] if system.target(stack, {"Ref": v}) == queue]
            if not any(f"${{{parameter}}}" in text for parameter in shown):
                yield f"{name}: doesn't show {queue[1]}"
        if stream_mappings(system) and "IteratorAge" not in text:
            yield f"{name}: doesn't show how far streams are behind"
        if not widgets:
            yield f"{name}: is empty"


# ---- The CDN --------------------------------------------------------------------------------------


def a_firewall_cannot_be_walked_around(system):
    body = str(system.stacks["api"].translated["Resources"]["Api"]["Properties"])
    if "'disableExecuteApiEndpoint': {'Fn::If': ['HasCdn', True, False]}" not in body:
        yield "Api: answers past the CDN, under the name that API Gateway gave it"
    domain = system.resource(("api", "ApiDomain"))["Properties"]
    if "ApiTruststoreUri" not in str(domain.get("MutualTlsAuthentication")):
        yield "ApiDomain: lets in whoever calls it"
    for _, name, distribution in system.resources("AWS::CloudFront::Distribution"):
        config = distribution["Properties"]["DistributionConfig"]
        if "WebACLId" not in config:
            yield f"{name}: no firewall"
        for origin in config["Origins"]:
            if "CustomOriginConfig" in origin and "OriginMtlsConfig" not in origin["CustomOriginConfig"]:
                yield f"{name}: doesn't say to {origin['Id']} who it is"
            if "S3OriginConfig" in origin and "OriginAccessControlId" not in origin:
                yield f"{name}: reads {origin['Id']} without a signature"
        if "Logging" in config:
            yield f"{name}: logs people's addresses"


def reports_are_asked_of_the_api_before_pages_of_the_bucket(system):
    for _, name, distribution in system.resources("AWS::CloudFront::Distribution"):
        config = distribution["Properties"]["DistributionConfig"]
        behaviours = [(b["PathPattern"], b["TargetOriginId"]) for b in config["CacheBehaviors"]]
        clients = [("/app/*", "site"), ("/office/*", "site")]
        if behaviours != [("/q/*/report", "api"), ("/q/*", "pages"), *clients]:
            yield f"{name}: {behaviours}"
        if config["DefaultCacheBehavior"]["TargetOriginId"] != "api":
            yield f"{name}: /v1 doesn't reach the API"


def only_the_account_s_cdn_reads_pages(system):
    policy = system.resource(("data", "SiteBucketPolicy"))["Properties"]
    for statement in statements(policy):
        if statement["Effect"] != "Allow":
            continue
        folders = {literal(resource) for resource in as_list(statement["Resource"])}
        public = {f"${{SiteBucket.Arn}}/{folder}/*" for folder in ("q", "app", "office")}
        if as_list(statement["Action"]) != ["s3:GetObject"] or not folders <= public:
            yield f"SiteBucketPolicy: {statement['Sid']} allows more than reading pages"
        if "aws:SourceAccount" not in statement.get("Condition", {}).get("StringEquals", {}):
            yield f"SiteBucketPolicy: {statement['Sid']} lets in other accounts' CDNs"


def the_firewall_limits_addresses(system):
    for _, name, firewall in system.resources("AWS::WAFv2::WebACL"):
        limited = {"everything": False}
        for rule in firewall["Properties"]["Rules"]:
            rate = rule["Statement"].get("RateBasedStatement")
            if rate is None:
                continue
            if "Block" not in rule.get("Action", {}):
                yield f"{name}: {rule['Name']} turns nobody away"
            paths = re.findall(r"'SearchString': '([^']+)'", str(rate.get("ScopeDownStatement", "")))
            limited |= {path: True for path in paths or ["everything"]}
        for wanted in ("everything", *LIMITED_OPENLY):
            if not limited.get(wanted):
                yield f"{name}: no limit for {wanted}"


ALL = [
    every_release_reaches_every_function,
    sam_builds_nothing,
    releases_are_rolled_back_when_they_fail,
    events_go_to_released_versions,
    photos_leave_room_for_sign_ins,
    buckets_are_tidied,
    originals_go_to_cold_storage,
    secrets_are_given_by_reference,
    consumed_queues_have_an_age_alarm,
    tables_have_an_alarm_when_they_throttle,
    the_usual_signs_have_an_alarm,
    the_dashboard_can_be_read,
    a_firewall_cannot_be_walked_around,
    reports_are_asked_of_the_api_before_pages_of_the_bucket,
    only_the_account_s_cdn_reads_pages,
    the_firewall_limits_addresses,
]
