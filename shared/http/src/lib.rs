//! The HTTP side of every endpoint.
//!
//! [`respond`](respond::respond) is the one place that logs an outcome, sets the request id and turns
//! an error into problem+json; handlers never return an error to the runtime. What clients see are
//! [`view`]s, not stored items.

pub mod account_edit;
pub mod account_form;
pub mod auth;
pub mod edit;
pub mod error;
pub mod export;
pub mod feedback;
pub mod form;
pub mod form_schema;
pub mod household_list;
pub mod household_query;
pub mod import_form;
pub mod issue_form;
pub mod language;
pub mod list_form;
pub mod page;
pub mod photo_form;
pub mod record;
pub mod region_alert;
pub mod region_paths;
pub mod regions;
pub mod request;
pub mod respond;
pub mod statistics;
pub mod survey;
pub mod table;
pub mod timeline;
pub mod verification_form;
pub mod view;
pub mod write;

pub use error::ApiError;
pub use respond::{Answer, serve};
