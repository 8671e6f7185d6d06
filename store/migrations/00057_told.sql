-- +goose Up
-- What a text that was imported could not carry, as texts in JSON: '' where that is nothing.
alter table article_revision add column told text not null default '';

-- +goose Down
alter table article_revision drop column told;
