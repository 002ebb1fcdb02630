use std::path::PathBuf;

/// Why a template can't be carried out here.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The file can't be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The template file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// The file isn't the YAML that this stack understands.
    #[error("{}: {message}", path.display())]
    Yaml {
        /// The template file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A value is missing, has the wrong shape, or asks for something that isn't emulated.
    #[error("{at}: {message}")]
    Invalid {
        /// Template, resource and property.
        at: String,
        /// What is wrong.
        message: String,
    },
    /// A resource type that is neither carried out nor on the reviewed list of accepted ones.
    #[error("{at}: the resource type {kind} is neither emulated nor on the list of accepted types")]
    UnknownResource {
        /// Template and resource.
        at: String,
        /// Its type.
        kind: String,
    },
    /// A property that is neither carried out nor on the reviewed list of accepted ones.
    #[error("{at}: the property {property} is neither emulated nor on the list of accepted properties")]
    UnknownProperty {
        /// Template and resource.
        at: String,
        /// Path of the property below the resource.
        property: String,
    },
}

impl TemplateError {
    pub(crate) fn invalid(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { at: at.into(), message: message.into() }
    }
}
