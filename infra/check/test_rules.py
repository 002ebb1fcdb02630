"""Every rule finds what it is there to find: each template is broken in one place and must be caught."""

import copy

import pytest

import rules
from breaking import Breaks, case_name, caught
from system import function_folders

breaks = Breaks()


@breaks(rules.stacks_stay_below_the_limit_of_resources, "api: ")
def _(r):
    resources = r.system.stacks["api"].translated["Resources"]
    resources.update({f"Filler{n}": {"Type": "AWS::Logs::LogGroup", "Properties": {}} for n in range(450)})


@breaks(rules.every_function_has_a_role_of_its_own, "shares TallyRole")
def _(r):
    r("pipeline", "Repair")["Role"] = {"Fn::GetAtt": ["TallyRole", "Arn"]}


@breaks(rules.every_function_has_a_role_of_its_own, "no role in its stack")
def _(r):
    r("pipeline", "Repair")["Role"] = "arn:somewhere:else"


@breaks(rules.every_function_has_a_log_of_its_own, "shares TallyLog")
def _(r):
    r("pipeline", "Repair")["LoggingConfig"]["LogGroup"] = {"Ref": "TallyLog"}


@breaks(rules.every_function_has_a_log_of_its_own, "does not log JSON")
def _(r):
    r("api", "GetMe")["LoggingConfig"]["LogFormat"] = "Text"


@breaks(rules.logs_are_not_kept_for_ever, "GetMeLog")
def _(r):
    del r("api", "GetMeLog")["RetentionInDays"]


@breaks(rules.access_log_says_nothing_about_people, "logs path")
def _(r):
    r("api", "ApiApiGatewayDefaultStage")["AccessLogSettings"]["Format"] += "$context.path"


@breaks(rules.access_log_says_nothing_about_people, "logs identity.sourceIp")
def _(r):
    r("api", "ApiApiGatewayDefaultStage")["AccessLogSettings"]["Format"] += "$context.identity.sourceIp"


@breaks(rules.every_api_is_throttled, "no throttling")
def _(r):
    del r("api", "ApiApiGatewayDefaultStage")["DefaultRouteSettings"]


@breaks(rules.policies_name_their_actions, "action dynamodb:*")
def _(r):
    r.statement("TallyRole", "Buckets")["Action"] = "dynamodb:*"


@breaks(rules.policies_name_their_actions, "action s3:Put*")
def _(r):
    r.statement("RepairRole", "Pages")["Action"].append("s3:Put*")


@breaks(rules.policies_name_their_actions, "CallerCheck")
def _(r):
    r("api", "CallerCheck")["PolicyDocument"]["Statement"][0]["Action"] = "*"


@breaks(rules.policies_name_their_resources, "resource *")
def _(r):
    r.statement("TallyRole", "Buckets")["Resource"] = "*"


@breaks(rules.policies_name_their_resources, "resource ${SiteBucketArn}/*")
def _(r):
    r.statement("RepairRole", "Pages")["Resource"] = {"Fn::Sub": "${SiteBucketArn}/*"}


@breaks(rules.policies_name_their_resources, "TallyRole: NotResource")
def _(r):
    statement = r.statement("TallyRole", "Buckets")
    statement["NotResource"] = statement.pop("Resource")


@breaks(rules.only_reviewed_managed_policies_are_attached, "AdministratorAccess")
def _(r):
    r("api", "GetMeRole")["ManagedPolicyArns"].append("arn:aws:iam::aws:policy/AdministratorAccess")


@breaks(rules.functions_may_use_just_what_their_environment_names, "has CountersTable in its environment and no right")
def _(r):
    r.drop_statement("TallyRole", "Buckets")


@breaks(rules.functions_may_use_just_what_their_environment_names, "right to SiteBucket which its environment")
def _(r):
    del r("pipeline", "Repair")["Environment"]["Variables"]["SITE_BUCKET"]


@breaks(rules.functions_may_use_the_key_of_what_they_use, "Tally: lacks kms:Encrypt via dynamodb.*")
def _(r):
    r.drop_statement("TallyRole", "TablesKey")


@breaks(rules.functions_may_use_the_key_of_what_they_use, "ProcessPhoto: lacks kms:GenerateDataKey via s3.*")
def _(r):
    r.statement("ProcessPhotoRole", "TablesAndPhotosKey")["Condition"]["StringLike"]["kms:ViaService"] = "dynamodb.*"


@breaks(rules.consumed_queues_have_dead_letters, "PhotoQueue: no dead letters")
def _(r):
    del r("data", "PhotoQueue")["RedrivePolicy"]


@breaks(rules.consumed_queues_have_dead_letters, "RepairDeadLetters: keeps letters no longer")
def _(r):
    del r("pipeline", "RepairDeadLetters")["MessageRetentionPeriod"]


@breaks(rules.queues_nobody_reads_have_an_alarm, "StreamDeadLetters")
def _(r):
    r("pipeline", "StreamDeadLettersAlarm")["Threshold"] = 100


@breaks(rules.queues_nobody_reads_have_an_alarm, "PhotoDeadLetters")
def _(r):
    del r.system.stacks["data"].translated["Resources"]["PhotoDeadLettersAlarm"]


@breaks(rules.queues_hide_a_message_six_times_as_long_as_a_function_may_take, "PhotoQueue: hidden for 360 s")
def _(r):
    r("pipeline", "ProcessPhoto")["Timeout"] = 61


@breaks(rules.queues_feed_functions_gently, "one bad message")
def _(r):
    del r.mapping("RepairHouseholds")["FunctionResponseTypes"]


@breaks(rules.queues_feed_functions_gently, "whole account's concurrency")
def _(r):
    del r.mapping("ProcessPhotoUploads")["ScalingConfig"]


@breaks(rules.streams_lose_nothing_silently, "nowhere to put what fails")
def _(r):
    del r.mapping("TallyHouseholds")["DestinationConfig"]


@breaks(rules.streams_lose_nothing_silently, "Tally may not send to StreamDeadLetters")
def _(r):
    r.statement("TallyRole", "GiveUp")["Resource"].pop()


@breaks(rules.streams_lose_nothing_silently, "skips what came before")
def _(r):
    r.mapping("RollUpBuckets")["StartingPosition"] = "LATEST"


@breaks(rules.streams_lose_nothing_silently, "fails its whole batch")
def _(r):
    r.mapping("RollUpBuckets")["BisectBatchOnFunctionError"] = False


@breaks(rules.streams_lose_nothing_silently, "no partial answers")
def _(r):
    del r.mapping("RollUpBuckets")["FunctionResponseTypes"]


@breaks(rules.streams_lose_nothing_silently, "poisonous record")
def _(r):
    r.mapping("RollUpBuckets")["MaximumRetryAttempts"] = -1


@breaks(rules.streams_lose_nothing_silently, "gives up after 3600 s")
def _(r):
    r.mapping("RollUpBuckets")["MaximumRecordAgeInSeconds"] = 3600


@breaks(rules.streams_lose_nothing_silently, "wakes up for every item")
def _(r):
    del r.mapping("RollUpBuckets")["FilterCriteria"]


@breaks(rules.streams_have_two_readers_at_most, "RegistryTable: ")
def _(r):
    third = copy.deepcopy(r.whole("pipeline", "TallyHouseholds"))
    r.system.stacks["pipeline"].translated["Resources"]["Third"] = third


@breaks(rules.stream_functions_have_an_age_alarm, "PublishLookup")
def _(r):
    r("pipeline", "PublishLookupIteratorAgeAlarm")["Threshold"] = 1


@breaks(rules.event_functions_have_an_error_alarm, "Repair")
def _(r):
    r("pipeline", "RepairErrorsAlarm")["Dimensions"][0]["Value"] = {"Ref": "Tally"}


@breaks(rules.every_alarm_reports_to_the_topic, "RepairErrorsAlarm")
def _(r):
    del r("pipeline", "RepairErrorsAlarm")["AlarmActions"]


@breaks(rules.tables_are_encrypted_and_kept, "ControlTable: not encrypted")
def _(r):
    del r("data", "ControlTable")["SSESpecification"]["KMSMasterKeyId"]


@breaks(rules.tables_are_encrypted_and_kept, "ControlTable: no protection")
def _(r):
    del r("data", "ControlTable")["DeletionProtectionEnabled"]


@breaks(rules.what_holds_data_outlives_its_stack, "PointerSecret: DeletionPolicy")
def _(r):
    del r.whole("data", "PointerSecret")["DeletionPolicy"]


@breaks(rules.tables_can_be_restored, "RegistryTable")
def _(r):
    del r("data", "RegistryTable")["PointInTimeRecoverySpecification"]


@breaks(rules.buckets_are_closed, "SiteBucket: BlockPublicPolicy")
def _(r):
    r("data", "SiteBucket")["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] = False


@breaks(rules.buckets_are_closed, "SiteBucket: not encrypted")
def _(r):
    del r("data", "SiteBucket")["BucketEncryption"]


@breaks(rules.buckets_are_closed, "SiteBucket: access lists")
def _(r):
    del r("data", "SiteBucket")["OwnershipControls"]


@breaks(rules.queues_are_encrypted, "RepairQueue")
def _(r):
    del r("pipeline", "RepairQueue")["SqsManagedSseEnabled"]


@breaks(rules.buckets_and_queues_are_reached_over_tls_only, "RepairQueue")
def _(r):
    del r.system.stacks["pipeline"].translated["Resources"]["RepairQueuePolicy"]


@breaks(rules.buckets_and_queues_are_reached_over_tls_only, "PhotosBucket")
def _(r):
    r("data", "PhotosBucketPolicy")["PolicyDocument"]["Statement"][0]["Effect"] = "Allow"


@breaks(rules.only_its_own_bucket_sends_to_a_queue_of_arrivals, "may send, the bucket is")
def _(r):
    r("data", "IncomingBucket")["BucketName"] = {"Fn::Sub": "another-${Stage}"}


@breaks(rules.only_its_own_bucket_sends_to_a_queue_of_arrivals, "in another account")
def _(r):
    del r("data", "PhotoQueuePolicy")["PolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]


@breaks(rules.nothing_names_a_partition_region_or_account, "arn:aws:s3:::x")
def _(r):
    r.system.stacks["data"].text += "\n  Resource: arn:aws:s3:::x\n"


@breaks(rules.nothing_names_a_partition_region_or_account, "123456789012")
def _(r):
    r.system.stacks["data"].text += "\n  Account: 123456789012\n"


@breaks(rules.nothing_names_a_partition_region_or_account, "cn-north-1")
def _(r):
    r.system.stacks["data"].text += "\n  Region: cn-north-1\n"


@breaks(rules.nothing_names_a_partition_region_or_account, "https://s3.amazonaws.com")
def _(r):
    r.system.stacks["data"].text += "\n  Url: https://s3.amazonaws.com\n"


@breaks(rules.translated_arns_are_of_the_right_partition, "an ARN of aws-cn in aws")
def _(r):
    r("api", "GetMeRole")["ManagedPolicyArns"].append("arn:aws-cn:iam::aws:policy/Whatever")


@breaks(rules.nothing_is_used_that_china_lacks, "api: FunctionUrlConfig")
def _(r):
    source = r.system.stacks["api"].source["Resources"]["GetMe"]["Properties"]
    source["FunctionUrlConfig"] = {"AuthType": "NONE"}


@pytest.mark.parametrize(("rule", "change", "says"), breaks.cases(), ids=case_name)
def test_rule_catches(sound, rule, change, says):
    caught(sound, rule, change, says)


def test_every_rule_is_shown_to_catch_something():
    assert set(rules.ALL) == set(breaks)


@pytest.mark.parametrize(
    ("folders", "says"),
    [
        (lambda folders: [*folders, "get-nothing"], "GetNothing: a folder, but no resource"),
        (lambda folders: [f for f in folders if f != "tally"], "Tally: a resource, but no folder"),
    ],
)
def test_a_function_without_a_folder_or_a_resource_is_caught(sound, folders, says):
    assert says in list(rules.functions_and_folders_are_the_same(sound, folders(function_folders())))


def test_code_taken_from_another_folder_is_caught(sound):
    broken = copy.deepcopy(sound)
    broken.stacks["pipeline"].source["Resources"]["Tally"]["Properties"]["CodeUri"] = "../target/lambda/roll-up/"
    violations = list(rules.functions_and_folders_are_the_same(broken, function_folders()))
    assert violations == ["Tally: CodeUri is ../target/lambda/roll-up/, not ../target/lambda/tally/"]
