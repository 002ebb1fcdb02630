"""Mistakes as people make them, planted in a template's text: each is caught before anything is deployed."""

import pytest
from samtranslator.model.exceptions import InvalidDocumentException

import release_rules
import rules
from lint import cfn_lint
from system import INFRA, load

# name > (stack, what stands there, what is typed instead, who catches it, what is said)
MISTAKES = {
    "a typo in an event's property": (
        "api", "            Path: /v1/me\n", "            Pth: /v1/me\n", "translator", "'Path' is required",
    ),
    "a typo in an event source's property": (
        "pipeline", "            BisectBatchOnFunctionError: true", "            BisectBatchOnError: true",
        "translator", "BisectBatchOnError",
    ),
    "a typo in a resource's property": (
        "data", "      MessageRetentionPeriod: 345600", "      MessageRetentionSeconds: 345600",
        "cfn-lint", "MessageRetentionSeconds",
    ),
    "a parameter that there isn't": (
        "operations", "!Ref RepairQueueName", "!Ref RepairsQueueName", "cfn-lint", "RepairsQueueName",
    ),
    "a resource that mainland China lacks": (
        "operations", "Resources:\n",
        "Resources:\n  Access: {Type: AWS::CloudFront::OriginAccessControl, Properties: {OriginAccessControlConfig: "
        "{Name: a, OriginAccessControlOriginType: s3, SigningBehavior: always, SigningProtocol: sigv4}}}\n",
        "cfn-lint", "OriginAccessControl",
    ),
    "an ARN of one partition": (
        "data", "arn:${AWS::Partition}:s3:::", "arn:aws:s3:::", "nothing_names_a_partition_region_or_account", "arn:aws:s3",
    ),
    "a message that is hidden for too short": (
        "data", "      VisibilityTimeout: 360", "      VisibilityTimeout: 60",
        "queues_hide_a_message_six_times_as_long_as_a_function_may_take", "PhotoQueue: hidden for 60 s",
    ),
    "a stream without a place for what fails": (
        "pipeline",
        "            DestinationConfig:\n              OnFailure:\n                Type: SQS\n"
        "                Destination: !GetAtt StreamDeadLetters.Arn\n\n  TallyRole:",
        "\n  TallyRole:", "streams_lose_nothing_silently", "TallyHouseholds: nowhere to put what fails",
    ),
    "a right to every action": (
        "pipeline", "                Action: sqs:SendMessage\n", "                Action: sqs:*\n",
        "policies_name_their_actions", "sqs:*",
    ),
    "a right to every table": (
        "api", "              Action: dynamodb:PutItem\n              Resource: !Ref ControlTableArn",
        "              Action: dynamodb:PutItem\n              Resource: '*'", "policies_name_their_resources", "resource *",
    ),
    "an open bucket": (
        "data", "        BlockPublicPolicy: true", "        BlockPublicPolicy: false", "buckets_are_closed", "BlockPublicPolicy is off",
    ),
    "a table that can't be restored": (
        "data", "        PointInTimeRecoveryEnabled: true", "        PointInTimeRecoveryEnabled: false",
        "tables_can_be_restored", "no point-in-time recovery",
    ),
    "a log that is kept for ever": (
        "api", "  GetMeLog:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      RetentionInDays: !Ref LogRetentionDays",
        "  GetMeLog:\n    Type: AWS::Logs::LogGroup\n    Properties: {}", "logs_are_not_kept_for_ever", "GetMeLog",
    ),
    "a path in the access log": (
        "api", '"route":"$context.routeKey"', '"route":"$context.path"', "access_log_says_nothing_about_people", "logs path",
    ),
    "a function that no release reaches": (
        "api", "      CodeUri: ../target/lambda/get-me/\n      VersionDescription: !Ref Release\n",
        "      CodeUri: ../target/lambda/get-me/\n", "every_release_reaches_every_function", "GetMe: VersionDescription",
    ),
    "dead letters that nobody hears of": (
        "pipeline", "          Value: !GetAtt RepairDeadLetters.QueueName", "          Value: !GetAtt RepairQueue.QueueName",
        "queues_nobody_reads_have_an_alarm", "RepairDeadLetters",
    ),
}
RULES = {rule.__name__: rule for rule in [*rules.ALL, *release_rules.ALL]}


def findings(stack, text, by, folder):
    """What the tool says about the system with this text in place of a stack's."""
    # China's lists of resource types are the shorter ones.
    try:
        system = load("aws-cn", {stack: text})
    except InvalidDocumentException as error:
        return f"{error} {[cause.message for cause in error.causes]}" if by == "translator" else ""
    if by == "cfn-lint":
        return cfn_lint(system, system.write(folder), [stack])
    return "\n".join(RULES[by](system)) if by in RULES else ""


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_caught(name, tmp_path):
    stack, right, wrong, by, says = MISTAKES[name]
    text = (INFRA / f"{stack}.yaml").read_text(encoding="utf-8")
    assert right in text, "the mistake can't be planted: the template has changed"
    found = findings(stack, text.replace(right, wrong, 1), by, tmp_path)
    assert says in found, found or "nothing was found"
