//! What no single service can test: journeys over all five, chaos with real processes, the structure of the
//! tree, compatibility of messages, load.
