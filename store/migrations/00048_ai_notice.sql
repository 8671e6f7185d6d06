-- +goose Up
-- Whether an article that a model wrote says so: on, off, or as AI_NOTICE has it ('').
alter table article add column ai_notice text not null default '';

-- +goose Down
alter table article drop column ai_notice;
