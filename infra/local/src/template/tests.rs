use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::{Cloud, TemplateError, read};
use crate::plan::{Plan, StreamView};

fn cloud() -> Cloud {
    Cloud {
        public_endpoint: "http://127.0.0.1:8080".into(),
        internal_endpoint: "http://127.0.0.1:9000".into(),
    }
}

fn read_files(files: &[(&str, &str)], parameters: &[(&str, &str)]) -> Result<Plan, TemplateError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let parameters: BTreeMap<_, _> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    read(&folder.path().join("template.yaml"), &parameters, cloud())
}

fn read_resources(resources: &str) -> Result<Plan, TemplateError> {
    read_files(&[("template.yaml", &format!("Resources:\n{resources}"))], &[])
}

fn refusal(resources: &str) -> String {
    read_resources(resources).unwrap_err().to_string()
}

const ROOT: &str = "
Parameters:
  Stage: {Type: String, AllowedValues: [dev, local]}
  Suffix: {Type: String, Default: ''}
Mappings:
  Sizes: {local: {memory: 256}, dev: {memory: 512}}
Conditions:
  IsLocal: !Equals [!Ref Stage, local]
  Named: !Not [!Equals [!Ref Suffix, '']]
  Both: !And [!Condition IsLocal, Condition: Named]
Resources:
  Data:
    Type: AWS::Serverless::Application
    Properties:
      Location: ./data.yaml
      Parameters: {Stage: !Ref Stage}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../target/lambda/work/
      MemorySize: !FindInMap [Sizes, !Ref Stage, memory]
      Timeout: !If [IsLocal, 20, 10]
      Environment:
        Variables:
          TABLE: !GetAtt Data.Outputs.TableName
          JOINED: !Join ['-', [a, !Select [1, !Split [',', 'x,y']], !Ref AWS::Region]]
          SUBBED: !Sub ['${Stage}-${Extra}-${!Kept}', {Extra: !Ref Suffix}]
          GONE: !If [Both, here, !Ref AWS::NoValue]
      Events:
        Change:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Data.Outputs.StreamArn
            StartingPosition: TRIM_HORIZON
            MaximumBatchingWindowInSeconds: 1
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: {Filters: [{Pattern: '{\"eventName\":[\"INSERT\"]}'}]}
  OnlyElsewhere:
    Type: AWS::SQS::Queue
    Condition: Both
Outputs:
  Table: {Value: !GetAtt Data.Outputs.TableName}
";

const DATA: &str = "
Parameters:
  Stage: {Type: String}
Resources:
  Things:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub 'things-${Stage}-table'
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]
      KeySchema: [{AttributeName: PK, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
Outputs:
  TableName: {Value: !Ref Things}
  StreamArn: {Value: !GetAtt Things.StreamArn}
";

#[test]
fn nested_stacks_and_intrinsics_become_one_plan() {
    let plan = read_files(&[("template.yaml", ROOT), ("data.yaml", DATA)], &[("Suffix", "s")]).unwrap();
    let function = &plan.functions[0];
    assert_eq!((function.binary.as_str(), function.memory_mb), ("work", 256));
    assert_eq!(function.timeout, Duration::from_secs(20));
    let environment = &function.environment;
    assert_eq!(environment["TABLE"], "things-local-table");
    assert_eq!(environment["JOINED"], "a-y-cn-northwest-1");
    assert_eq!(environment["SUBBED"], "local-s-${Kept}");
    assert_eq!(environment["GONE"], "here");
    let mapping = &plan.stream_mappings[0];
    assert_eq!((mapping.id.as_str(), mapping.table.as_str()), ("Work/Change", "things-local-table"));
    assert!(mapping.partial_responses && mapping.from_start);
    assert_eq!((mapping.filters.len(), mapping.window), (1, Duration::from_secs(1)));
    assert_eq!(plan.tables[0].stream, Some(StreamView::NewImage));
    assert_eq!(plan.outputs["Table"], "things-local-table");
    assert_eq!(plan.resources["Things"], "things-local-table");
}

#[test]
fn a_false_condition_leaves_resource_and_variable_out() {
    let plan = read_files(&[("template.yaml", ROOT), ("data.yaml", DATA)], &[]).unwrap();
    assert!(!plan.functions[0].environment.contains_key("GONE"));
    assert!(plan.queues.is_empty());
}

#[test]
fn a_parameter_must_be_known_and_allowed() {
    let error = |parameter| {
        read_files(&[("template.yaml", ROOT), ("data.yaml", DATA)], &[parameter]).unwrap_err().to_string()
    };
    assert!(error(("Stage", "prod")).contains("prod is not one of the allowed values"));
    assert!(error(("Other", "x")).contains("there is no parameter Other"));
}

#[test]
fn a_property_that_is_neither_emulated_nor_accepted_is_refused_by_name() {
    let queue = "  Q: {Type: AWS::SQS::Queue, Properties: {SqsManagedSseEnabled: true, Surprise: 1}}";
    let message = refusal(queue);
    assert!(message.contains("Q") && message.contains("Surprise"), "{message}");
    let nested = "  Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: \
                  'arn:aws:sqs:r:1:d', maxReceiveCount: 1, other: 2}}}";
    assert!(refusal(nested).contains("RedrivePolicy.other"));
}

#[test]
fn an_unknown_resource_type_attribute_or_event_is_refused_by_name() {
    assert!(
        refusal("  S: {Type: AWS::StepFunctions::StateMachine}").contains("AWS::StepFunctions::StateMachine")
    );
    assert!(refusal("  Q: {Type: AWS::SQS::Queue, CreationPolicy: {}}").contains("CreationPolicy"));
    let of_kind = |kind: &str| {
        format!(
            "  F: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: x/f, Events: {{T: {{Type: {kind}, \
             Properties: {{Schedule: rate(1 day)}}}}}}}}}}"
        )
    };
    assert!(refusal(&of_kind("ScheduleV2")).contains("ScheduleV2 is not emulated"));
    let scheduled = read_resources(&of_kind("Schedule")).unwrap();
    assert_eq!(scheduled.functions.len(), 1, "it is there, to be started by hand");
}

#[test]
fn accepted_types_and_properties_need_not_make_sense_here() {
    let resources = "  K: {Type: AWS::KMS::Key, Properties: {Anything: !Ref Nobody}}\n  F: {Type: \
                     AWS::Serverless::Function, Properties: {CodeUri: x/f, Policies: [!Ref Nobody], Environment: \
                     {Variables: {KEY: !GetAtt K.Arn}}}}";
    let plan = read_resources(resources).unwrap();
    assert!(plan.functions[0].environment["KEY"].starts_with("arn:aws:"));
}

#[test]
fn a_rule_between_parameters_refuses_in_its_own_words() {
    let template = "
Parameters:
  Name: {Type: String, Default: ''}
  Certificate: {Type: String, Default: ''}
Rules:
  Complete:
    RuleCondition: !Not [!Equals [!Ref Name, '']]
    Assertions:
      - Assert: !Not [!Equals [!Ref Certificate, '']]
        AssertDescription: Name wants Certificate.
Resources:
  Q: {Type: AWS::SQS::Queue}
";
    let with = |parameters: &[_]| read_files(&[("template.yaml", template)], parameters);
    with(&[]).unwrap();
    with(&[("Name", "x"), ("Certificate", "y")]).unwrap();
    let refused = with(&[("Name", "x")]).unwrap_err().to_string();
    assert_eq!(refused, "template.yaml: rule Complete: Name wants Certificate.");
    let unknown = template.replace("AssertDescription", "Surprise");
    let refused = read_files(&[("template.yaml", &unknown)], &[("Name", "x")]).unwrap_err().to_string();
    assert!(refused.contains("Surprise"), "{refused}");
}

#[test]
fn what_depends_on_itself_is_an_error_and_no_endless_loop() {
    let resources = "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Q.QueueName}}";
    assert!(refusal(resources).contains("depends on itself"));
}

#[test]
fn an_event_source_must_exist_here() {
    let resources = "  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: x/f, Events: {M: {Type: SQS, \
                     Properties: {Queue: 'arn:aws:sqs:cn-northwest-1:000000000000:elsewhere'}}}}}";
    assert!(refusal(resources).contains("there is no queue elsewhere"));
}

#[test]
fn the_projects_own_template_is_carried_out_whole() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let plan = read(&template, &BTreeMap::new(), cloud()).unwrap();
    assert!(plan.routes.iter().any(|route| route.path.as_deref() == Some("/healthz")));
    assert!(plan.functions.iter().all(|function| !function.binary.is_empty()));
    assert_eq!(plan.tables.len(), 3);
}
