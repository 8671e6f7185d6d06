-- +goose Up
-- The span in which a request was asked, as traceparent writes it: '' where no traces were made.
alter table request add column trace text not null default '';

-- +goose Down
alter table request drop column trace;
