package commands

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"magpie/cards"
	"magpie/outbox"
)

// ScheduleName is the name of a schedule.
type ScheduleName string

// Files tells what Slack knows of a file that a line names.
type Files interface {
	// Shared is the owner of a file and where it is shared; a File without an id where
	// there is none that Slack shows the bot.
	Shared(ctx context.Context, id string) (cards.File, error)
}

// mayNamed refuses whoever may not see what a line names: the requests, articles,
// schedules and audiences whose contents it shows or works with, the files that it reads
// and the channel that it speaks to. It goes by the types of the grammar's arguments, so
// that no command can forget it. What the clock says has been let through when it was
// asked for; who is no approver is refused by what only approvers may do.
func (s *sight) mayNamed(ctx context.Context, call Call, plan Plan) error {
	c := plan.command
	switch {
	case call.Anyway, c.Open:
		return nil
	case c.Role >= outbox.Approver && s.roles.May(call.Who, c.Role) != nil:
		return nil
	case c.Role == outbox.Everyone:
		if err := s.sees(ctx, call, origin{open: true}); err != nil {
			return s.unseenOnRecord(ctx, call, origin{}, err)
		}
	}
	named, err := s.named(ctx, call.Account, plan)
	if err != nil {
		return err
	}
	looking, cancel := context.WithTimeout(ctx, seeWithin)
	defer cancel()
	for _, of := range named {
		err := s.sees(looking, call, of)
		if err == nil && (plan.Ask != nil || c.stands) {
			err = s.stands(looking, call, call.Where.Channel, of)
		}
		if err != nil {
			return s.unseenOnRecord(ctx, call, of, at(of.field, err))
		}
	}
	if s.roles.May(call.Who, c.Role) != nil {
		return nil // the command says so, whatever file they name
	}
	return s.mayNamedAtSlack(ctx, looking, call, plan)
}

// mayPlanned is mayNamed of a line, which is shown where an earlier request was asked when it
// is asked instead of that.
func (s *sight) mayPlanned(ctx context.Context, call Call, plan Plan) error {
	if call.instead == nil {
		return s.mayNamed(ctx, call, plan)
	}
	return s.mayInner(ctx, call, call.Line, plan, call.instead.Where.Channel)
}

// at has a refusal stand at an argument of the form.
func at(field string, err error) error {
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok && refusal.Field == "" {
		refusal.Field = field
	}
	return err
}

// mayInner is mayNamed of a line inside a schedule, whose contents will stand in the
// schedule's channel as well.
func (s *sight) mayInner(ctx context.Context, call Call, line string, plan Plan, channel string) error {
	inner := Call{Account: call.Account, Line: line, Who: call.Who, Where: call.Where}
	if err := s.mayNamed(ctx, inner, plan); err != nil {
		return err
	}
	named, err := s.named(ctx, call.Account, plan)
	looking, cancel := context.WithTimeout(ctx, seeWithin)
	defer cancel()
	for _, of := range named {
		if err == nil {
			err = s.stands(looking, inner, channel, of)
		}
	}
	return err
}

// unseenOnRecord puts on record that somebody tried what is not for them. What cannot be
// told for the moment is offered to be said again.
func (s *sight) unseenOnRecord(ctx context.Context, call Call, of origin, err error) error {
	var refusal *cards.Refusal
	if _, passes := err.(*passing); passes || !errors.As(err, &refusal) || s.outbox == nil {
		return sayAgain(call, err)
	}
	if err := s.outbox.Refused(ctx, call.Who, s.index.tried(call, of.request), refusal, call.Once); err != nil {
		return err
	}
	return refusal
}

// named are the origins of what a line names and there is.
func (s *sight) named(ctx context.Context, account string, plan Plan) (all []origin, err error) {
	add := func(field string, of origin, err error) error {
		of.field = field
		var none *cards.Refusal
		if errors.As(err, &none) {
			return nil // the command says that there is none
		}
		all = append(all, of)
		return err
	}
	eachArg(plan.args, func(field reflect.StructField, value any) {
		key := field.Tag.Get("name")
		add := func(of origin, err error) error { return add(key, of, err) }
		switch v := value.(type) {
		case Number:
			err = errors.Join(err, add(s.requestOrigin(ctx, int64(v))))
		case ArticleNumber:
			err = errors.Join(err, add(s.articleOrigin(ctx, int64(v))))
		case ArticleNumbers:
			for _, n := range v {
				err = errors.Join(err, add(s.articleOrigin(ctx, n)))
			}
		case AudienceName:
			err = errors.Join(err, add(s.audienceOrigin(ctx, account, string(v))))
		case ScheduleName:
			err = errors.Join(err, add(s.scheduleOrigin(ctx, account, string(v))))
		}
	})
	if plan.Ask != nil && plan.Ask.Audience != "" {
		of, unread := s.audienceOrigin(ctx, account, plan.Ask.Audience)
		err = errors.Join(err, add("to", of, unread))
	}
	return all, err
}

// eachArg visits the fields of grammars.
func eachArg(grammars []any, visit func(field reflect.StructField, value any)) {
	var each func(reflect.Value)
	each = func(v reflect.Value) {
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.Anonymous {
				each(v.Field(i))
			} else if field.IsExported() {
				visit(field, v.Field(i).Interface())
			}
		}
	}
	for _, grammar := range grammars {
		each(reflect.Indirect(reflect.ValueOf(grammar)))
	}
}

// namesAny reports whether a grammar has an argument that mayNamed looks up.
func namesAny(grammar any) (names bool) {
	eachArg([]any{grammar}, func(field reflect.StructField, value any) {
		switch value.(type) {
		case Number, ArticleNumber, ArticleNumbers, AudienceName, ScheduleName:
			names = true
		}
		names = names || field.Tag.Get("files") != "" || field.Tag.Get("name") == "channel" || field.Tag.Get("name") == "to"
	})
	return names
}

func (s *sight) requestOrigin(ctx context.Context, n int64) (origin, error) {
	by, where, err := s.outbox.Origin(ctx, n)
	return origin{what: cards.T("see.request", "n", n), request: n, by: by, channel: where.Channel}, err
}

func (s *sight) articleOrigin(ctx context.Context, n int64) (origin, error) {
	a, err := s.articles.Article(ctx, s.articles.DB, n)
	return origin{what: cards.Plain(nameOf(ArticleNumber(n))), by: a.By, channel: a.Where.Channel}, err
}

func (s *sight) audienceOrigin(ctx context.Context, account, name string) (origin, error) {
	by, where, ofAccount, err := s.audiences.Origin(ctx, account, name)
	return origin{what: cards.Plain("@" + name), by: by, channel: where.Channel, open: ofAccount}, err
}

func (s *sight) scheduleOrigin(ctx context.Context, account, name string) (origin, error) {
	one, err := s.schedules.Get(ctx, account, name)
	return origin{what: cards.Code(one.Name), by: one.Owner, channel: one.Channel}, err
}

// mayNamedAtSlack refuses a file or a channel of Slack's that whoever names it cannot see
// themselves, approvers and admins too: magpie's own eyes are not lent. Slack has
// as long as looking lasts.
func (s *sight) mayNamedAtSlack(ctx, looking context.Context, call Call, plan Plan) (err error) {
	eachArg(plan.args, func(field reflect.StructField, value any) {
		text, _ := value.(string)
		if err != nil || text == "" {
			return
		}
		name := field.Tag.Get("name")
		switch {
		case field.Tag.Get("files") != "":
			for _, id := range separated(text) {
				if err == nil {
					err = s.mayFile(ctx, looking, call, name, id)
				}
			}
		case name == "channel":
			channel, fault := channelOf(text, call.Where.Channel)
			if fault == nil { // else the command says what is wrong with it
				err = s.mayChannel(ctx, looking, call, channel)
			}
		}
	})
	return err
}

// mayFile refuses a file that is neither the person's own nor shared where they can look.
func (s *sight) mayFile(ctx, looking context.Context, call Call, field, id string) error {
	if slices.Contains(call.Files, id) {
		return nil // it came with their message
	}
	f, err := s.files.Shared(looking, id)
	if refusal, told := errors.AsType[*cards.Refusal](err); told { // the app may not look at files at all
		return atField(refusal, field)
	}
	unknown := err != nil
	if err == nil && f.ID != "" {
		if f.User == call.Who.ID {
			return nil
		}
		for _, channel := range f.In {
			switch s.looksInto(looking, call, channel) {
			case looksIn:
				return nil
			case cannotTell:
				unknown = true
			}
		}
	}
	if unknown {
		return sayAgain(call, &passing{atField(cards.Refuse("see.file_unknown", "file", cards.Code(snippet(id))), field)})
	}
	return s.unseenOnRecord(ctx, call, origin{}, atField(cards.Refuse("see.file", "file", cards.Code(snippet(id))), field))
}

// mayChannel refuses a channel that the person is not in, but for public ones of the
// workspace that a full member of it names.
func (s *sight) mayChannel(ctx, looking context.Context, call Call, channel string) error {
	named := cards.Channel(channel)
	switch s.looksInto(looking, call, channel) {
	case looksIn:
		return nil
	case cannotTell:
		return sayAgain(call, &passing{atField(cards.Refuse("see.channel_unknown", "channel", named), "channel")})
	case hiddenFromUs:
		return s.unseenOnRecord(ctx, call, origin{}, atField(cards.Refuse("see.channel_hidden", "channel", named), "channel"))
	}
	return s.unseenOnRecord(ctx, call, origin{}, atField(cards.Refuse("see.channel", "channel", named), "channel"))
}
