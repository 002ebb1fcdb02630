//! The document as a whole.

use anju_http::view::problem::ProblemView;
use serde_json::{Map, Value, json};

use crate::operation::generator;
use crate::operations::{TAGS, operations};

/// What holds for all operations.
const DESCRIPTION: &str = "\
Verification of housing safety (住房安全有保障核验), from the village officer's phone up to the national figures.

**Conventions.** JSON in UTF-8 with names in snake_case; times with offset, dates in China; ids are opaque; region codes are \
`0`, or 2, 4, 6, 9 or 12 digits. Absent values are left out unless their schema says `null`. In bodies `null` and empty \
texts count as absent.

**Who may.** `Authorization: Bearer <access_token>`. An account sees and changes only what lies under its own region's \
code: a region outside is 403 `outside_region`, a household and what belongs to it 404. Above the township ID numbers and \
phones are masked.

**Problems** are `application/problem+json` (RFC 9457) with a stable `code`; `title` and `detail` are Chinese, or English \
where `Accept-Language` prefers it. 422 `invalid` lists all that is wrong, not the first. Unknown paths are 404, other \
methods 405 with `Allow`.

**The gateway** answers by itself, with a JSON `message`, what it refuses before any function: bodies over 10 MB (413), \
too many requests at once (429).";

/// The OpenAPI 3.1 document.
pub fn document() -> Value {
    let mut generator = generator();
    generator.subschema_for::<ProblemView>();
    let mut paths = Map::new();
    for operation in operations() {
        let described = operation.describe(&mut generator);
        let path = paths.entry(operation.path).or_insert_with(|| Value::Object(Map::new()));
        path[operation.method.to_lowercase()] = described;
    }
    let tags: Vec<Value> =
        TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Anju 安居",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "security": [{"account": []}],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {"account": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "parameters": parameters(),
            "headers": headers(),
        },
    })
}

fn parameters() -> Value {
    json!({
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": true,
            "description": "The version that was read, as the record's ETag has it. Another one is 412 with the record \
                as it is now in `current`.",
            "schema": {"type": "string"}, "example": "\"3\"",
        },
        "OptionalIfMatch": {
            "name": "If-Match", "in": "header", "required": false,
            "description": "The version that was read. Another one is 412 with the record as it is now in `current`; \
                without it the last writer wins.",
            "schema": {"type": "string"}, "example": "\"1\"",
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Any text of the client's. The same write with the same key is carried out once and answered \
                again, for 30 days; the key is the account's, for this path.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
            "example": "1c9f6a52-visit",
        },
    })
}

fn headers() -> Value {
    json!({
        "x-request-id": {
            "description": "The request's id, which the logs have too.", "schema": {"type": "string"},
        },
        "ETag": {
            "description": "The record's version, for `If-Match`.", "schema": {"type": "string"}, "example": "\"3\"",
        },
        "Retry-After": {
            "description": "Seconds until the next attempt makes sense.",
            "schema": {"type": "integer", "minimum": 0},
        },
    })
}
