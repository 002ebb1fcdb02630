"""What must hold for the templates. A rule returns its violations, as sentences; none is good."""

import re

from permissions import statements_of, uses
from system import as_list, event_timeout, literal, logical_id, statements

RESOURCES_PER_STACK = 500
ITERATOR_AGE_ALARM_SECONDS = 6 * 3600
STREAM_RETENTION_SECONDS = 24 * 3600

# AWS's policies that a role may carry. Basic execution: SAM gives every role that it makes the right
# to write logs. It covers all log groups of the account, but can't read any.
REVIEWED_MANAGED_POLICIES = {"AWSLambdaBasicExecutionRole"}

# Statements outside of functions that say `*`. The key's own policy: `*` is the key itself there, and
# without the account's root in it nobody could ever change the policy again.
REVIEWED_WILDCARDS = {
    ("data", "DataKey", "DelegateToIamPolicies"),
    # CodeDeploy moves the aliases of all functions, whose names are made up when they are created.
    ("template", "DeploymentRole", "MoveAliases"),
    # It looks at alarms, which can't be allowed by name.
    ("template", "DeploymentRole", "WatchAlarms"),
}

# What API Gateway may log about a request. Not the path, which carries lookup tokens, and nothing
# about who sent it.
LOGGABLE = {
    "requestTimeEpoch", "requestId", "routeKey", "status", "responseLatency", "integrationLatency",
    "integrationStatus", "responseLength", "error.responseType",
}

# Absent in the aws-cn partition.
NOT_IN_CHINA = ("FunctionUrlConfig", "AWS::Lambda::Url", "AWS::Cognito", "AWS::XRay", "Tracing")


def stacks_stay_below_the_limit_of_resources(system):
    for stack in system.stacks.values():
        count = len(stack.translated["Resources"])
        if count >= RESOURCES_PER_STACK:
            yield f"{stack.name}: {count} resources"


# ---- Functions ------------------------------------------------------------------------------------


def functions_and_folders_are_the_same(system, folders):
    expected = {logical_id(folder): f"../target/lambda/{folder}/" for folder in folders}
    found = {}
    for stack in system.stacks.values():
        for name, resource in stack.source["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function":
                found[name] = resource["Properties"].get("CodeUri")
    for name in sorted(expected.keys() - found.keys()):
        yield f"{name}: a folder, but no resource"
    for name in sorted(found.keys() - expected.keys()):
        yield f"{name}: a resource, but no folder"
    for name in sorted(expected.keys() & found.keys()):
        if found[name] != expected[name]:
            yield f"{name}: CodeUri is {found[name]}, not {expected[name]}"


def every_function_has_a_role_of_its_own(system):
    seen = {}
    for stack, name, function in system.resources("AWS::Lambda::Function"):
        role = system.target(stack, function["Properties"].get("Role"))
        if role is None or system.resource(role)["Type"] != "AWS::IAM::Role":
            yield f"{name}: no role in its stack"
        elif role in seen:
            yield f"{name}: shares {role[1]} with {seen[role]}"
        else:
            seen[role] = name


def every_function_has_a_log_of_its_own(system):
    seen = {}
    for stack, name, function in system.resources("AWS::Lambda::Function"):
        logging = function["Properties"].get("LoggingConfig", {})
        if logging.get("LogFormat") != "JSON":
            yield f"{name}: does not log JSON"
        log = system.target(stack, logging.get("LogGroup"))
        if log is None or system.resource(log)["Type"] != "AWS::Logs::LogGroup":
            yield f"{name}: no log group of its own"
        elif log in seen:
            yield f"{name}: shares {log[1]} with {seen[log]}"
        else:
            seen[log] = name


def logs_are_not_kept_for_ever(system):
    for _, name, log in system.resources("AWS::Logs::LogGroup"):
        if "RetentionInDays" not in log["Properties"]:
            yield f"{name}: no retention"


def access_log_says_nothing_about_people(system):
    for _, name, stage in system.resources("AWS::ApiGatewayV2::Stage"):
        settings = stage["Properties"].get("AccessLogSettings")
        if settings is None:
            yield f"{name}: no access log"
            continue
        for variable in re.findall(r"\$context\.([A-Za-z.]+)", settings["Format"]):
            if variable not in LOGGABLE:
                yield f"{name}: logs {variable}"


def every_api_is_throttled(system):
    for _, name, stage in system.resources("AWS::ApiGatewayV2::Stage"):
        settings = stage["Properties"].get("DefaultRouteSettings", {})
        if not settings.get("ThrottlingRateLimit") or not settings.get("ThrottlingBurstLimit"):
            yield f"{name}: no throttling"


# ---- Permissions ----------------------------------------------------------------------------------


def policies_name_their_actions(system):
    for stack, owner, statement in statements_of(system):
        if (stack.name, owner, statement.get("Sid")) in REVIEWED_WILDCARDS or statement["Effect"] != "Allow":
            continue
        if "NotAction" in statement:
            yield f"{owner}: NotAction"
        for action in as_list(statement.get("Action", [])):
            if "*" in action:
                yield f"{owner}: action {action}"


def policies_name_their_resources(system):
    for stack, owner, statement in statements_of(system):
        if (stack.name, owner, statement.get("Sid")) in REVIEWED_WILDCARDS or statement["Effect"] != "Allow":
            continue
        if "NotResource" in statement:
            yield f"{owner}: NotResource"
        for resource in as_list(statement.get("Resource", [])):
            # Objects below a named folder of a named bucket are as exact as S3 gets.
            if "*" in re.sub(r"^\$\{\w+BucketArn\}/[a-z]+/\*$", "", literal(resource)):
                yield f"{owner}: resource {literal(resource)}"


def only_reviewed_managed_policies_are_attached(system):
    for stack, name, role in system.resources("AWS::IAM::Role"):
        for policy in role["Properties"].get("ManagedPolicyArns", []):
            if system.target(stack, policy) is None and literal(policy).rsplit("/", 1)[-1] not in REVIEWED_MANAGED_POLICIES:
                yield f"{name}: {literal(policy)}"


def functions_may_use_just_what_their_environment_names(system):
    """Otherwise a right is left over, or the first call is refused in production and nowhere else."""
    for stack, name, function in system.resources("AWS::Lambda::Function"):
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        named = {system.target(stack, value) for value in variables.values()} - {None}
        allowed = {used for used, _ in uses(system, stack, function)}
        for target in sorted(named - allowed):
            yield f"{name}: has {target[1]} in its environment and no right to it"
        for target in sorted(allowed - named - event_sources(system, name) - failure_queues(system, name)):
            yield f"{name}: has a right to {target[1]} which its environment doesn't name"


def functions_may_use_the_key_of_what_they_use(system):
    """Encrypted tables and buckets want a right to their key besides the right to themselves."""
    for stack, name, function in system.resources("AWS::Lambda::Function"):
        wanted, granted = set(), set()
        for target, statement in uses(system, stack, function, keys=True):
            resource, actions = system.resource(target), set(as_list(statement["Action"]))
            if resource["Type"] == "AWS::KMS::Key":
                for via in as_list(statement["Condition"]["StringLike"]["kms:ViaService"]):
                    granted |= {(via, action) for action in actions}
            elif resource["Type"] == "AWS::DynamoDB::Table":
                wanted.add(("dynamodb.*", "kms:Decrypt"))
                if actions & {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}:
                    wanted |= {("dynamodb.*", "kms:Encrypt"), ("dynamodb.*", "kms:GenerateDataKey")}
            elif resource["Type"] == "AWS::S3::Bucket" and encrypted_with_a_key(resource):
                wanted |= {("s3.*", "kms:Decrypt")} if "s3:GetObject" in actions else set()
                wanted |= {("s3.*", "kms:GenerateDataKey")} if "s3:PutObject" in actions else set()
        for via, action in sorted(wanted - granted):
            yield f"{name}: lacks {action} via {via}"


def encrypted_with_a_key(bucket):
    rules = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    return rules[0]["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


# ---- Queues and streams ---------------------------------------------------------------------------


def mappings(system):
    """(stack, name, properties, target of the source, function) of every event source mapping."""
    for stack, name, mapping in system.resources("AWS::Lambda::EventSourceMapping"):
        properties = mapping["Properties"]
        source = system.target(stack, properties["EventSourceArn"])
        function = system.target(stack, properties["FunctionName"])
        yield stack, name, properties, source, function


def event_sources(system, function):
    return {source for _, _, _, source, target in mappings(system) if target[1] == function}


def failure_queue(system, stack, properties):
    destination = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return system.target(stack, destination)


def failure_queues(system, function):
    return {failure_queue(system, s, p) for s, _, p, _, target in mappings(system) if target[1] == function}


def queue_mappings(system):
    for stack, name, properties, source, function in mappings(system):
        if system.resource(source)["Type"] == "AWS::SQS::Queue":
            yield stack, name, properties, source, function


def stream_mappings(system):
    for stack, name, properties, source, function in mappings(system):
        if system.resource(source)["Type"] == "AWS::DynamoDB::Table":
            yield stack, name, properties, source, function


def consumed_queues_have_dead_letters(system):
    for _, name, _, source, _ in queue_mappings(system):
        properties = system.resource(source)["Properties"]
        redrive = properties.get("RedrivePolicy", {})
        letters = system.target(system.stacks[source[0]], redrive.get("deadLetterTargetArn"))
        if letters is None or not redrive.get("maxReceiveCount"):
            yield f"{source[1]}: no dead letters"
            continue
        kept = system.resource(letters)["Properties"].get("MessageRetentionPeriod", 345600)
        # A letter keeps the age it had: with the same retention it could vanish on arrival.
        if kept <= properties.get("MessageRetentionPeriod", 345600):
            yield f"{letters[1]}: keeps letters no longer than {source[1]}"


def queues_nobody_reads_have_an_alarm(system):
    consumed = {source for _, _, _, source, _ in queue_mappings(system)}
    for stack, name, _ in system.resources("AWS::SQS::Queue"):
        if (stack.name, name) not in consumed and not any(
            alarm["MetricName"] == "ApproximateNumberOfMessagesVisible" and alarm["Threshold"] == 0
            for alarm in alarms_on(system, (stack.name, name), "QueueName")
        ):
            yield f"{name}: no alarm when it isn't empty"


def queues_hide_a_message_six_times_as_long_as_a_function_may_take(system):
    for _, name, properties, source, function in queue_mappings(system):
        hidden = system.resource(source)["Properties"].get("VisibilityTimeout", 30)
        window = properties.get("MaximumBatchingWindowInSeconds", 0)
        needed = 6 * event_timeout(system.resource(function)) + window
        if hidden < needed:
            yield f"{source[1]}: hidden for {hidden} s, {function[1]} needs {needed} s"


def queues_feed_functions_gently(system):
    for _, name, properties, _, _ in queue_mappings(system):
        if properties.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name}: one bad message brings back its whole batch"
        if "MaximumConcurrency" not in properties.get("ScalingConfig", {}):
            yield f"{name}: may take the whole account's concurrency"


def streams_lose_nothing_silently(system):
    for stack, name, properties, _, function in stream_mappings(system):
        queue = failure_queue(system, stack, properties)
        if queue is None or system.resource(queue)["Type"] != "AWS::SQS::Queue":
            yield f"{name}: nowhere to put what fails"
        elif queue not in {t for t, s in uses(system, stack, system.resource(function)) if "sqs:SendMessage" in as_list(s["Action"])}:
            yield f"{name}: {function[1]} may not send to {queue[1]}"
        if properties.get("StartingPosition") != "TRIM_HORIZON":
            yield f"{name}: skips what came before it"
        if not properties.get("BisectBatchOnFunctionError"):
            yield f"{name}: one bad record fails its whole batch"
        if properties.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name}: no partial answers"
        if properties.get("MaximumRetryAttempts", -1) < 0:
            yield f"{name}: a poisonous record blocks its shard"
        age = properties.get("MaximumRecordAgeInSeconds", -1)
        if not ITERATOR_AGE_ALARM_SECONDS < age < STREAM_RETENTION_SECONDS:
            yield f"{name}: gives up after {age} s, before the alarm or after the stream has forgotten"
        if not properties.get("FilterCriteria", {}).get("Filters"):
            yield f"{name}: wakes up for every item"


def streams_have_two_readers_at_most(system):
    readers = {}
    for _, name, _, source, _ in stream_mappings(system):
        readers.setdefault(source, []).append(name)
    for source, names in readers.items():
        if len(names) > 2:
            yield f"{source[1]}: {', '.join(names)}"


def stream_functions_have_an_age_alarm(system):
    for _, _, _, _, function in stream_mappings(system):
        if not any(
            alarm["MetricName"] == "IteratorAge" and alarm["Threshold"] == ITERATOR_AGE_ALARM_SECONDS * 1000
            for alarm in alarms_on(system, function, "FunctionName")
        ):
            yield f"{function[1]}: no alarm when it is 6 hours behind"


def event_functions_have_an_error_alarm(system):
    for _, _, _, _, function in mappings(system):
        if not any(alarm["MetricName"] == "Errors" for alarm in alarms_on(system, function, "FunctionName")):
            yield f"{function[1]}: nobody would hear of its errors"


def alarms_on(system, target, dimension):
    for stack, _, alarm in system.resources("AWS::CloudWatch::Alarm"):
        for entry in alarm["Properties"].get("Dimensions", []):
            if entry["Name"] == dimension and system.target(stack, entry["Value"]) == target:
                yield alarm["Properties"]


def every_alarm_reports_to_the_topic(system):
    for _, name, alarm in system.resources("AWS::CloudWatch::Alarm"):
        if "AlarmTopicArn" not in str(alarm["Properties"].get("AlarmActions")):
            yield f"{name}: rings for nobody"


# ---- What is kept ---------------------------------------------------------------------------------


def tables_are_encrypted_and_kept(system):
    for _, name, table in system.resources("AWS::DynamoDB::Table"):
        encryption = table["Properties"].get("SSESpecification", {})
        if not encryption.get("SSEEnabled") or "KMSMasterKeyId" not in encryption:
            yield f"{name}: not encrypted with the project's key"
        if "DeletionProtectionEnabled" not in table["Properties"]:
            yield f"{name}: no protection against deletion"


def what_holds_data_outlives_its_stack(system):
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::KMS::Key")
    for _, name, resource in system.resources(*kinds):
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if resource.get(policy) != "Retain":
                yield f"{name}: {policy} is not Retain"


def tables_can_be_restored(system):
    for _, name, resource in system.resources("AWS::DynamoDB::Table"):
        table = resource["Properties"]
        if not table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield f"{name}: no point-in-time recovery"


def buckets_are_closed(system):
    for _, name, bucket in system.resources("AWS::S3::Bucket"):
        properties = bucket["Properties"]
        blocked = properties.get("PublicAccessBlockConfiguration", {})
        for switch in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"):
            if blocked.get(switch) is not True:
                yield f"{name}: {switch} is off"
        if "BucketEncryption" not in properties:
            yield f"{name}: not encrypted"
        if properties.get("OwnershipControls", {}).get("Rules") != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
            yield f"{name}: access lists are in force"


def queues_are_encrypted(system):
    for _, name, queue in system.resources("AWS::SQS::Queue"):
        if queue["Properties"].get("SqsManagedSseEnabled") is not True and "KmsMasterKeyId" not in queue["Properties"]:
            yield f"{name}: not encrypted"


def buckets_and_queues_are_reached_over_tls_only(system):
    closed = set()
    for stack, _, policy in system.resources("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"):
        properties = policy["Properties"]
        for statement in statements(properties):
            insecure = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
            if statement["Effect"] == "Deny" and statement["Principal"] == "*" and insecure == "false":
                holders = properties.get("Queues", [properties.get("Bucket")])
                closed |= {system.target(stack, holder) for holder in holders}
    for stack, name, _ in system.resources("AWS::S3::Bucket", "AWS::SQS::Queue"):
        if (stack.name, name) not in closed:
            yield f"{name}: may be reached without TLS"


def only_its_own_bucket_sends_to_a_queue_of_arrivals(system):
    for queue, bucket in (("PhotoQueue", "IncomingBucket"), ("ImportQueue", "TransfersBucket")):
        name = literal(system.resource(("data", bucket))["Properties"]["BucketName"])
        expected = "arn:${AWS::Partition}:s3:::" + name
        policy = system.resource(("data", f"{queue}Policy"))["Properties"]["PolicyDocument"]
        for statement in policy["Statement"]:
            if statement["Effect"] != "Allow":
                continue
            source = literal(statement.get("Condition", {}).get("ArnEquals", {}).get("aws:SourceArn"))
            if source != expected:
                yield f"{queue}: {source} may send, the bucket is {expected}"
            if "aws:SourceAccount" not in statement.get("Condition", {}).get("StringEquals", {}):
                yield f"{queue}: a bucket of the same name in another account may send"


# ---- Any cloud, any account -----------------------------------------------------------------------


def nothing_names_a_partition_region_or_account(system):
    for stack in system.stacks.values():
        for number, line in enumerate(stack.text.splitlines(), 1):
            code = line.split("#", 1)[0] if line.lstrip().startswith("#") else line
            for pattern in (r"arn:aws\b", r"\b\d{12}\b", r"\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-[a-z]+-\d\b"):
                if re.search(pattern, code):
                    yield f"{stack.name}.yaml:{number}: {line.strip()}"
            if "amazonaws.com" in code and not re.search(r"Service: [a-z0-9]+\.amazonaws\.com$", code):
                yield f"{stack.name}.yaml:{number}: {line.strip()}"


def translated_arns_are_of_the_right_partition(system):
    for stack in system.stacks.values():
        for partition in re.findall(r"arn:(aws[a-z-]*):", str(stack.translated)):
            if partition != system.partition:
                yield f"{stack.name}: an ARN of {partition} in {system.partition}"


def nothing_is_used_that_china_lacks(system):
    for stack in system.stacks.values():
        for absent in NOT_IN_CHINA:
            if absent in str(stack.source["Resources"]) + str(stack.source.get("Globals")):
                yield f"{stack.name}: {absent}"


ALL = [
    stacks_stay_below_the_limit_of_resources,
    every_function_has_a_role_of_its_own,
    every_function_has_a_log_of_its_own,
    logs_are_not_kept_for_ever,
    access_log_says_nothing_about_people,
    every_api_is_throttled,
    policies_name_their_actions,
    policies_name_their_resources,
    only_reviewed_managed_policies_are_attached,
    functions_may_use_just_what_their_environment_names,
    functions_may_use_the_key_of_what_they_use,
    consumed_queues_have_dead_letters,
    queues_nobody_reads_have_an_alarm,
    queues_hide_a_message_six_times_as_long_as_a_function_may_take,
    queues_feed_functions_gently,
    streams_lose_nothing_silently,
    streams_have_two_readers_at_most,
    stream_functions_have_an_age_alarm,
    event_functions_have_an_error_alarm,
    every_alarm_reports_to_the_topic,
    tables_are_encrypted_and_kept,
    what_holds_data_outlives_its_stack,
    tables_can_be_restored,
    buckets_are_closed,
    queues_are_encrypted,
    buckets_and_queues_are_reached_over_tls_only,
    only_its_own_bucket_sends_to_a_queue_of_arrivals,
    nothing_names_a_partition_region_or_account,
    translated_arns_are_of_the_right_partition,
    nothing_is_used_that_china_lacks,
]
