-- +goose Up
-- What is unclear and waits for a decision is asked for by whoever watches magpie.
create index request_unclear on request (ended_at) where state = 'unclear' and settled = 0;

-- +goose Down
drop index request_unclear;
