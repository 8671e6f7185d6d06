-- +goose Up
-- The article that this one is a translation of, and the text of it that was translated.
alter table article add column translation_of bigint not null default 0;
alter table article add column translation_of_text bigint not null default 0;

-- +goose Down
alter table article drop column translation_of_text;
alter table article drop column translation_of;
