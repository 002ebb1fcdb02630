"""Every rule for releases, capacity, operating and the CDN finds what it is there to find."""

import pytest

import release_rules as rules
from breaking import Breaks, case_name, caught

breaks = Breaks()


def version_of(r, stack, name):
    for _, version in r.system.stacks[stack].resources("AWS::Lambda::Version"):
        if version["Properties"]["FunctionName"] == {"Ref": name}:
            return version["Properties"]
    raise KeyError(name)


def distribution(r):
    return r("cdn", "Distribution")["DistributionConfig"]


@breaks(rules.every_release_reaches_every_function, "GetMe: VersionDescription is not the release")
def _(r):
    del version_of(r, "api", "GetMe")["Description"]


@breaks(rules.every_release_reaches_every_function, "Tally: doesn't know its release")
def _(r):
    del r("pipeline", "Tally")["Environment"]["Variables"]["RELEASE"]


@breaks(rules.every_release_reaches_every_function, "GetMe: no alias")
def _(r):
    r("api", "GetMeAliaslive")["Name"] = "other"


@breaks(rules.sam_builds_nothing, "Tally: `sam build`")
def _(r):
    del r.system.stacks["pipeline"].source["Resources"]["Tally"]["Metadata"]


@breaks(rules.releases_are_rolled_back_when_they_fail, "TallyAliaslive: all traffic at once")
def _(r):
    del r.whole("pipeline", "TallyAliaslive")["UpdatePolicy"]


@breaks(rules.releases_are_rolled_back_when_they_fail, "TallyAliaslive: no alarm")
def _(r):
    r("pipeline", "TallyDeploymentGroup")["AlarmConfiguration"]["Alarms"].clear()


@breaks(rules.releases_are_rolled_back_when_they_fail, "isn't rolled back on an alarm")
def _(r):
    r("pipeline", "TallyDeploymentGroup")["AutoRollbackConfiguration"]["Events"] = ["DEPLOYMENT_FAILURE"]


@breaks(rules.releases_are_rolled_back_when_they_fail, "with AWS's role")
def _(r):
    r("pipeline", "TallyDeploymentGroup")["ServiceRoleArn"] = {"Fn::GetAtt": ["CodeDeployServiceRole", "Arn"]}


@breaks(rules.events_go_to_released_versions, "TallyHouseholds: calls a function past its alias")
def _(r):
    r.mapping("TallyHouseholds")["FunctionName"] = {"Ref": "Tally"}


@breaks(rules.photos_leave_room_for_sign_ins, "share of the concurrency")
def _(r):
    r.mapping("ProcessPhotoUploads")["ScalingConfig"]["MaximumConcurrency"] = 1000


@breaks(rules.photos_leave_room_for_sign_ins, "nothing is reserved")
def _(r):
    del r("api", "CreateSession")["ReservedConcurrentExecutions"]


@breaks(rules.buckets_are_tidied, "IncomingBucket: keeps everything")
def _(r):
    del r("data", "IncomingBucket")["LifecycleConfiguration"]


@breaks(rules.buckets_are_tidied, "PhotosBucket: keeps uploads that were broken off")
def _(r):
    for rule in r("data", "PhotosBucket")["LifecycleConfiguration"]["Rules"]:
        rule.pop("AbortIncompleteMultipartUpload", None)


@breaks(rules.originals_go_to_cold_storage, "dearest storage")
def _(r):
    r("data", "PhotosBucket")["LifecycleConfiguration"]["Rules"][0]["Prefix"] = "original/"


@breaks(rules.secrets_are_given_by_reference, "SIGNING_SECRET_ID is no reference")
def _(r):
    r("api", "GetMe")["Environment"]["Variables"]["SIGNING_SECRET_ID"] = "hunter2"


@breaks(rules.secrets_are_given_by_reference, "PointerSecret: its value stands in the template")
def _(r):
    r("data", "PointerSecret")["SecretString"] = "hunter2"


@breaks(rules.consumed_queues_have_an_age_alarm, "RepairQueue")
def _(r):
    del r.system.stacks["operations"].translated["Resources"]["RepairQueueWaitingAlarm"]


@breaks(rules.tables_have_an_alarm_when_they_throttle, "ControlTable")
def _(r):
    del r.system.stacks["operations"].translated["Resources"]["ControlThrottledAlarm"]


@breaks(rules.the_usual_signs_have_an_alarm, "Latency")
def _(r):
    del r.system.stacks["operations"].translated["Resources"]["SlowAnswersAlarm"]


@breaks(rules.the_usual_signs_have_an_alarm, "the bill")
def _(r):
    del r.system.stacks["operations"].translated["Resources"]["Budget"]


@breaks(rules.the_dashboard_can_be_read, "Extra data")
def _(r):
    r("operations", "Dashboard")["DashboardBody"]["Fn::Sub"] += ","


@breaks(rules.the_dashboard_can_be_read, "shows ApiIdentity, which there isn't")
def _(r):
    body = r("operations", "Dashboard")["DashboardBody"]
    body["Fn::Sub"] = body["Fn::Sub"].replace("${ApiId}", "${ApiIdentity}")


@breaks(rules.the_dashboard_can_be_read, "doesn't show CheckQueue")
def _(r):
    body = r("operations", "Dashboard")["DashboardBody"]
    body["Fn::Sub"] = body["Fn::Sub"].replace("${CheckQueueName}", "${RepairQueueName}")


@breaks(rules.a_firewall_cannot_be_walked_around, "answers past the CDN")
def _(r):
    del r("api", "Api")["Body"]["servers"]


@breaks(rules.a_firewall_cannot_be_walked_around, "lets in whoever")
def _(r):
    del r("api", "ApiDomain")["MutualTlsAuthentication"]


@breaks(rules.a_firewall_cannot_be_walked_around, "no firewall")
def _(r):
    del distribution(r)["WebACLId"]


@breaks(rules.a_firewall_cannot_be_walked_around, "doesn't say to api who it is")
def _(r):
    del distribution(r)["Origins"][0]["CustomOriginConfig"]["OriginMtlsConfig"]


@breaks(rules.a_firewall_cannot_be_walked_around, "reads site without a signature")
def _(r):
    del distribution(r)["Origins"][1]["OriginAccessControlId"]


@breaks(rules.a_firewall_cannot_be_walked_around, "logs people's addresses")
def _(r):
    distribution(r)["Logging"] = {"Bucket": "logs"}


@breaks(rules.reports_are_asked_of_the_api_before_pages_of_the_bucket, "/q/*/report")
def _(r):
    distribution(r)["CacheBehaviors"].reverse()


@breaks(rules.reports_are_asked_of_the_api_before_pages_of_the_bucket, "/v1 doesn't reach the API")
def _(r):
    distribution(r)["DefaultCacheBehavior"]["TargetOriginId"] = "site"


@breaks(rules.only_the_account_s_cdn_reads_pages, "more than reading pages")
def _(r):
    cdn = r("data", "SiteBucketPolicy")["PolicyDocument"]["Statement"][1]["Fn::If"][1]
    cdn["Resource"] = {"Fn::Sub": "${SiteBucket.Arn}/*"}


@breaks(rules.only_the_account_s_cdn_reads_pages, "other accounts' CDNs")
def _(r):
    cdn = r("data", "SiteBucketPolicy")["PolicyDocument"]["Statement"][1]["Fn::If"][1]
    del cdn["Condition"]["StringEquals"]


@breaks(rules.the_firewall_limits_addresses, "no limit for everything")
def _(r):
    r("global", "Firewall")["Rules"].pop(2)


@breaks(rules.the_firewall_limits_addresses, "no limit for /v1/sessions")
def _(r):
    r("global", "Firewall")["Rules"].pop(0)


@breaks(rules.the_firewall_limits_addresses, "SignIns turns nobody away")
def _(r):
    r("global", "Firewall")["Rules"][0]["Action"] = {"Count": {}}


@pytest.mark.parametrize(("rule", "change", "says"), breaks.cases(), ids=case_name)
def test_rule_catches(sound, rule, change, says):
    caught(sound, rule, change, says)


def test_every_rule_is_shown_to_catch_something():
    assert set(rules.ALL) == set(breaks)
