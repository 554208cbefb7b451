-- Test calls are of no document, so they go by their age.
create index delivery_attempts_test_calls on delivery_attempts (began_at) where attempt = 0;
