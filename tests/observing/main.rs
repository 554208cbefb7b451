//! What the platform lets others see of its work: one trace from the first request to the unit's answer, and
//! nothing about the caller. A binary of its own, because a process has one exporter.
mod one_trace;
mod personal_data;
mod tree;
