-- +goose Up
-- Whether it is that the time had passed in which the order might begin.
alter table delivery_reason add column late bigint not null default 0;
update delivery_reason set late = 1 where why like '{"key":"reason.late%';
-- What was refused is noted as it is told.
update journal set note = replace(note, '{"key":"act.refused","args":{"verb":{"x":{"key":"verb.', '{"key":"act.refused_act","args":{"wanted":{"x":{"key":"wanted.') where room = 'request' and note like '{"key":"act.refused",%';
update journal set note = replace(note, '{"key":"act.refused","args":{"verb":', '{"key":"act.refused_line","args":{"line":') where room = 'request' and note like '{"key":"act.refused",%';

-- +goose Down
update journal set note = replace(note, '{"key":"act.refused_act","args":{"wanted":{"x":{"key":"wanted.', '{"key":"act.refused","args":{"verb":{"x":{"key":"verb.') where room = 'request';
update journal set note = replace(note, '{"key":"act.refused_line","args":{"line":', '{"key":"act.refused","args":{"verb":') where room = 'request';
alter table delivery_reason drop column late;
