//! One operation of the contract, described step by step.

use std::collections::{BTreeMap, BTreeSet};

use anju_domain::access::Denied;
use anju_http::ApiError;
use anju_http::form::{self, Fields};
use anju_http::language::Language;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever comes.
    Anybody,
    /// Accounts whose first sign-in isn't done, too.
    AccountsOnTheirFirstDay,
    /// Accounts whose first sign-in is done.
    ReadyAccounts,
}

/// Makes schemas, whose definitions become the document's components.
pub(crate) fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

/// A function that describes a part of an operation with the document's generator.
type Describe = Box<dyn Fn(&mut SchemaGenerator) -> Value + Send + Sync>;

/// A call of the API.
pub struct Operation {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Path with its parameters in braces.
    pub path: &'static str,
    /// The function that serves it.
    pub function: &'static str,
    /// Who may call it.
    pub access: Access,
    id: Option<&'static str>,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) notes: Vec<&'static str>,
    pub(crate) parameters: Vec<Describe>,
    body: Option<Body>,
    answer: Option<Answer>,
    problems: BTreeMap<u16, BTreeSet<(&'static str, &'static str)>>,
}

struct Body {
    required: bool,
    media_type: &'static str,
    schema: Describe,
    example: Value,
}

struct Answer {
    status: u16,
    content: Option<(&'static str, Describe, Value)>,
    headers: Vec<(&'static str, &'static str)>,
}

/// The operations on one kind of thing.
pub(crate) struct Group(pub(crate) &'static str);

impl Group {
    /// An operation that anybody may call.
    pub(crate) fn public(
        &self,
        call: &'static str,
        function: &'static str,
        summary: &'static str,
    ) -> Operation {
        Operation::new(self.0, call, function, summary, Access::Anybody).fails(&[ApiError::internal(Fault)])
    }

    /// An operation of accounts, open on their first day already.
    pub(crate) fn first_day(
        &self,
        call: &'static str,
        function: &'static str,
        summary: &'static str,
    ) -> Operation {
        let access = Access::AccountsOnTheirFirstDay;
        Operation::new(self.0, call, function, summary, access)
            .fails(&[ApiError::internal(Fault), ApiError::Unauthorized])
    }

    /// An operation of accounts.
    pub(crate) fn accounts(
        &self,
        call: &'static str,
        function: &'static str,
        summary: &'static str,
    ) -> Operation {
        let operation = self.first_day(call, function, summary).fails(&[ApiError::ProfileIncomplete]);
        Operation { access: Access::ReadyAccounts, ..operation }
    }
}

/// Stands for whatever goes wrong inside.
#[derive(Debug)]
struct Fault;

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("something inside")
    }
}

impl std::error::Error for Fault {}

impl Operation {
    fn new(
        tag: &'static str,
        call: &'static str,
        function: &'static str,
        summary: &'static str,
        access: Access,
    ) -> Self {
        let (method, path) = call.split_once(' ').unwrap_or(("GET", call));
        Operation {
            method,
            path,
            function,
            access,
            id: None,
            tag,
            summary,
            notes: Vec::new(),
            parameters: Vec::new(),
            body: None,
            answer: None,
            problems: BTreeMap::new(),
        }
    }

    /// Whether an address is of its path.
    pub fn is_of(&self, address: &str) -> bool {
        let (given, wanted) = (address.split('/'), self.path.split('/'));
        let fits = |(given, wanted): (&str, &str)| {
            if wanted.starts_with('{') { !given.is_empty() } else { given == wanted }
        };
        given.clone().count() == wanted.clone().count() && given.zip(wanted).all(fits)
    }

    /// With an id of its own, where its function serves another operation too.
    pub(crate) fn named(self, id: &'static str) -> Self {
        Operation { id: Some(id), ..self }
    }

    /// Something that callers should know.
    pub(crate) fn note(mut self, note: &'static str) -> Self {
        self.notes.push(note);
        self
    }

    /// A parameter of the path; what doesn't parse isn't found.
    pub(crate) fn path<T: JsonSchema + 'static>(self, name: &'static str) -> Self {
        self.path_parameter::<T>(name).fails(&[ApiError::NotFound])
    }

    /// A parameter of the path.
    pub(crate) fn path_parameter<T: JsonSchema + 'static>(mut self, name: &'static str) -> Self {
        self.parameters.push(Box::new(move |generator| {
            let schema = generator.subschema_for::<T>();
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        }));
        self
    }

    /// The parameters that this reader asks for.
    pub(crate) fn query<T: 'static>(mut self, read: fn(&mut Fields) -> Option<T>) -> Self {
        // Each parameter is an element of its own: they are told apart when the document is put together.
        self.parameters.push(Box::new(move |generator| {
            let fields = form::describe(generator, read).into_fields();
            let parameter = |field: anju_http::form_schema::FieldSchema| {
                // Clients send empty parameters for filters that are not set.
                let schema = json!({"anyOf": [field.schema, {"const": ""}]});
                json!({"name": field.name, "in": "query", "required": field.required, "schema": schema})
            };
            fields.into_iter().map(parameter).collect()
        }));
        self.fails(&[ApiError::Invalid(Vec::new())])
    }

    /// A JSON body that this reader reads.
    pub(crate) fn body<T: 'static>(self, read: fn(&mut Fields) -> T, example: Value) -> Self {
        self.form(true, "application/json", read, example)
    }

    /// A JSON body that may be left out.
    pub(crate) fn optional_body<T: 'static>(self, read: fn(&mut Fields) -> T, example: Value) -> Self {
        self.form(false, "application/json", read, example)
    }

    /// A body of any type that this reader reads.
    pub(crate) fn form<T: 'static>(
        mut self,
        required: bool,
        media_type: &'static str,
        read: fn(&mut Fields) -> T,
        example: Value,
    ) -> Self {
        let schema: Describe =
            Box::new(move |generator| form::describe(generator, read).into_schema().to_value());
        self.body = Some(Body { required, media_type, schema, example });
        self.fails(&[
            ApiError::Malformed,
            ApiError::TooLarge,
            ApiError::UnsupportedMediaType,
            ApiError::Invalid(Vec::new()),
        ])
    }

    /// A write that `Idempotency-Key` makes happen once.
    pub(crate) fn once(mut self) -> Self {
        self.parameters.push(Box::new(|_| json!({"$ref": "#/components/parameters/IdempotencyKey"})));
        self.fails(&[ApiError::Invalid(Vec::new()), ApiError::IdempotencyKeyReused, ApiError::Busy])
    }

    /// A write that heeds `If-Match` where it is sent.
    pub(crate) fn optional_if_match(mut self) -> Self {
        self.parameters.push(Box::new(|_| json!({"$ref": "#/components/parameters/OptionalIfMatch"})));
        self.fails(&[ApiError::Stale { current: Box::default() }])
    }

    /// A write that needs `If-Match`.
    pub(crate) fn if_match(mut self) -> Self {
        self.parameters.push(Box::new(|_| json!({"$ref": "#/components/parameters/IfMatch"})));
        self.fails(&[ApiError::PreconditionRequired, ApiError::Stale { current: Box::default() }])
    }

    /// Not for accounts of every level.
    pub(crate) fn by_level(self) -> Self {
        self.fails(&[ApiError::Denied(Denied::NotAllowed)])
    }

    /// Asked of a region, which has to exist and lie within the caller's own.
    pub(crate) fn of_region(self) -> Self {
        self.fails(&[ApiError::NotFound, ApiError::Denied(Denied::OutsideRegion)])
    }

    /// How it can fail.
    pub(crate) fn fails(mut self, errors: &[ApiError]) -> Self {
        for error in errors {
            let (status, code) = error.status();
            let title = error.words(Language::English).0;
            self.problems.entry(status.as_u16()).or_default().insert((code, title));
        }
        self
    }

    /// What it answers: a view, as JSON.
    pub(crate) fn answers<T: JsonSchema + 'static>(self, status: u16, example: Value) -> Self {
        let schema: Describe = Box::new(|generator| generator.subschema_for::<T>().to_value());
        self.answer(status, Some(("application/json", schema, example)))
    }

    /// What it answers: something of another media type.
    pub(crate) fn answers_with(self, status: u16, media_type: &'static str, example: &'static str) -> Self {
        let schema: Describe = Box::new(|_| json!({"type": "string"}));
        self.answer(status, Some((media_type, schema, example.into())))
    }

    /// What it answers: nothing.
    pub(crate) fn answers_nothing(self) -> Self {
        self.answer(204, None)
    }

    fn answer(mut self, status: u16, content: Option<(&'static str, Describe, Value)>) -> Self {
        self.answer = Some(Answer { status, content, headers: Vec::new() });
        self
    }

    /// The answer has an ETag for `If-Match`.
    pub(crate) fn with_etag(mut self) -> Self {
        if let Some(answer) = &mut self.answer {
            answer.headers.push(("ETag", "ETag"));
        }
        self
    }

    /// Pages in HTML say by themselves what is wrong.
    pub(crate) fn fails_in_html(mut self, statuses: &'static [u16]) -> Self {
        for status in statuses {
            self.problems.entry(*status).or_default().insert((HTML, "Said on the page"));
        }
        self
    }

    /// The operation object of the document.
    pub(crate) fn describe(&self, generator: &mut SchemaGenerator) -> Value {
        let mut described = Map::new();
        described.insert(
            "operationId".to_owned(),
            self.id.map_or_else(|| operation_id(self.function), str::to_owned).into(),
        );
        described.insert("tags".to_owned(), json!([self.tag]));
        described.insert("summary".to_owned(), self.summary.into());
        if !self.notes.is_empty() {
            described.insert("description".to_owned(), self.notes.join("\n\n").into());
        }
        if self.access == Access::Anybody {
            described.insert("security".to_owned(), json!([]));
        }
        let parameters: Vec<Value> = self
            .parameters
            .iter()
            .flat_map(|describe| match describe(generator) {
                Value::Array(several) => several,
                one => vec![one],
            })
            .collect();
        if !parameters.is_empty() {
            described.insert("parameters".to_owned(), parameters.into());
        }
        if let Some(body) = &self.body {
            let content = json!({"schema": (body.schema)(generator), "example": body.example});
            let body = json!({"required": body.required, "content": {body.media_type: content}});
            described.insert("requestBody".to_owned(), body);
        }
        described.insert("responses".to_owned(), self.responses(generator));
        Value::Object(described)
    }

    fn responses(&self, generator: &mut SchemaGenerator) -> Value {
        let mut responses = Map::new();
        for (status, problems) in &self.problems {
            responses.insert(status.to_string(), problem_response(*status, problems));
        }
        if let Some(answer) = &self.answer {
            responses.insert(answer.status.to_string(), answer.describe(generator));
        }
        Value::Object(responses)
    }
}

impl Answer {
    fn describe(&self, generator: &mut SchemaGenerator) -> Value {
        let names = ["x-request-id"].into_iter().chain(self.headers.iter().map(|(name, _)| *name));
        let headers: Map<String, Value> = names.map(header_reference).collect();
        let words = match self.status {
            201 => "Created.",
            204 => "Done.",
            _ => "As asked.",
        };
        let mut described = json!({"description": words, "headers": headers});
        if let Some((media_type, schema, example)) = &self.content {
            described["content"] = json!({*media_type: {"schema": schema(generator), "example": example}});
        }
        described
    }
}

/// Stands for an answer that is a page.
const HTML: &str = "text/html";

fn problem_response(status: u16, problems: &BTreeSet<(&'static str, &'static str)>) -> Value {
    let codes: Vec<&str> = problems.iter().map(|(code, _)| *code).filter(|code| *code != HTML).collect();
    let words: Vec<String> = problems
        .iter()
        .map(|(code, title)| if *code == HTML { (*title).to_owned() } else { format!("`{code}`: {title}") })
        .collect();
    let mut names = vec!["x-request-id"];
    if matches!(status, 429 | 503) {
        names.push("Retry-After");
    }
    let headers: Map<String, Value> = names.into_iter().map(header_reference).collect();
    let mut content = Map::new();
    if !codes.is_empty() {
        let schema = json!({
            "allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": {"code": {"enum": codes}}}],
        });
        content.insert("application/problem+json".to_owned(), json!({"schema": schema}));
    }
    if problems.iter().any(|(code, _)| *code == HTML) {
        content.insert(HTML.to_owned(), json!({"schema": {"type": "string"}}));
    }
    json!({"description": words.join(". ") + ".", "headers": headers, "content": content})
}

fn header_reference(name: &str) -> (String, Value) {
    (name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")}))
}

/// `getRegion` of `get-region`.
fn operation_id(function: &str) -> String {
    let mut id = String::new();
    for (index, word) in function.split('-').enumerate() {
        match word.split_at_checked(1) {
            Some((first, rest)) if index > 0 => id.extend([first.to_uppercase().as_str(), rest]),
            _ => id.push_str(word),
        }
    }
    id
}
