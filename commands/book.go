package commands

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"magpie/articles"
	"magpie/audiences"
	"magpie/cards"
	"magpie/outbox"
	"magpie/outcomes"
	"magpie/schedules"
	"magpie/traces"
	"magpie/wechat"
)

// Options are what a Book needs.
type Options struct {
	Outbox    *outbox.Outbox
	Schedules *schedules.Schedules
	Articles  *articles.Desk
	Audiences *audiences.Audiences
	Outcomes  *outcomes.Outcomes
	Accounts  wechat.Accounts       // that lines may be for; empty: the Book can only Plan and help
	Templates map[string]*Templates // by AppID; nil: none is known
	// Strays says that the lines of some channel are for an account that is not served: they
	// are refused, and go to no other.
	Strays bool
	// CommandsIn says which channels may use which commands; zero: all may use all.
	CommandsIn CommandsIn
	Roles      RoleNames
	Channels   Channels         // nil: nothing is known of any
	Files      Files            // nil: there are none
	Homes      Homes            // nil: nobody has one
	Forgetter  Forgetter        // nil: nobody is forgotten
	Command    string           // the slash command; "" means /wechat
	Traces     *traces.Traces   // nil: none are made
	Now        func() time.Time // nil means time.Now
	Log        *slog.Logger     // nil means slog.Default
}

// Book is all commands. It plans a line and says it; what it knows for that are its parts. It
// is safe for use by several goroutines.
type Book struct {
	index  *index  // its commands, by their words
	served *served // the accounts that lines may be for
	sight  *sight  // who may see what
	places *places // which channels may use which commands
	lists  *lists  // requests in lists and on homes

	outbox    *outbox.Outbox
	schedules *schedules.Schedules
	articles  *articles.Desk
	audiences *audiences.Audiences
	outcomes  *outcomes.Outcomes
	roles     RoleNames
	homes     Homes
	forgetter Forgetter
	traces    *traces.Traces
	now       func() time.Time
	log       *slog.Logger

	// readsChannels says that a channel may have an account of its own.
	readsChannels bool
	of            map[string]*Book // by AppID, as it does the lines for each account
	account       string           // the AppID of the account whose lines it does
	wechat        wechat.Account
	templates     *Templates
}

// New makes a Book and makes every kind of request known to the outbox. Without an
// outbox the Book can only Plan and help.
func New(o Options) *Book {
	if o.Command == "" {
		o.Command = "/wechat"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Channels == nil {
		o.Channels = nothingKnown{}
	}
	if o.Files == nil {
		o.Files = nothingKnown{}
	}
	x := &index{command: o.Command, commands: all()}
	for _, c := range x.commands {
		c.args = argsOf(c.grammar())
		c.named = namesAny(c.grammar())
	}
	b := &Book{
		index:  x,
		served: &served{index: x, accounts: o.Accounts},
		sight:  &sight{index: x, outbox: o.Outbox, schedules: o.Schedules, articles: o.Articles, audiences: o.Audiences, roles: o.Roles, channels: o.Channels, files: o.Files},
		places: &places{index: x, allowed: o.CommandsIn, channels: o.Channels},
		outbox: o.Outbox, schedules: o.Schedules, articles: o.Articles, audiences: o.Audiences, outcomes: o.Outcomes, roles: o.Roles, homes: o.Homes, forgetter: o.Forgetter,
		traces: o.Traces, now: o.Now, log: o.Log, readsChannels: len(o.Accounts) > 1 || o.Strays, of: map[string]*Book{},
	}
	b.lists = &lists{index: x, served: b.served, sight: b.sight, outbox: o.Outbox, schedules: o.Schedules, articles: o.Articles, roles: o.Roles, now: o.Now}
	if o.Outbox != nil {
		o.Outbox.Form = b
		registerKinds(o.Outbox, b.on(""))
	}
	for i, a := range o.Accounts {
		own := b
		if i > 0 {
			own = new(Book)
			*own = *b
		}
		own.account, own.wechat, own.templates = a.AppID(), a, o.Templates[a.AppID()]
		b.of[own.account] = own
		if o.Outbox != nil {
			registerKinds(o.Outbox, own)
		}
	}
	return b
}

// Plan checks a line by its words, its grammar and the rules that WeChat states, and
// returns the request it would write, unwritten and not prepared: nothing is looked up. It
// refuses as Roles.May does where the line asks something of WeChat and the person may not;
// without a code where the line is not in order. Any other error is ours.
func (b *Book) Plan(_ context.Context, call Call) (Plan, error) {
	plan, err := b.plan(call)
	var no *notAllowed
	if errors.As(err, &no) {
		err = no.Refusal
	}
	if err != nil {
		return Plan{}, err
	}
	return plan, nil
}

// Run is Plan, prepare and write: it says the line, as long as ctx lasts. Looking up what
// stands elsewhere has 2.8 s of that, and is refused as WeChat's slowness, with Passes()
// bool, where it takes longer. It refuses as Plan does, and as the method does that the line
// comes to; without a code what the person may not see.
func (b *Book) Run(ctx context.Context, call Call) (Answer, error) {
	ctx, span := b.traces.Start(ctx, "line")
	defer span.End()
	account, answer, err := b.run(ctx, call)
	b.served.forAccount(account, &answer, err)
	noteLine(span, account, answer, err)
	return answer, err
}

// noteLine notes what a line came to, and never its words.
func noteLine(span traces.Span, account string, answer Answer, err error) {
	if account != "" {
		span.Text("magpie.account", account)
	}
	if answer.Request > 0 {
		span.Number("magpie.request", answer.Request)
	}
	switch refused := (*cards.Refusal)(nil); {
	case errors.As(err, &refused):
		span.Text("magpie.outcome", "refused")
	case err != nil:
		span.Failed("failed")
	}
}

// run says a line, and for which account it was.
func (b *Book) run(ctx context.Context, call Call) (account string, _ Answer, _ error) {
	if call.ByToken && call.Once != "" {
		// A program hears the same again, whatever its line would come to by now.
		if said, known, err := b.outbox.Answered(ctx, call.Once); known || err != nil {
			said, err := answer(said, err)
			return call.Account, said, err
		}
	}
	if err := b.mayHere(ctx, call); err != nil {
		return "", Answer{}, err
	}
	call, err := b.usually(ctx, call)
	if err != nil {
		return "", Answer{}, err
	}
	plan, err := b.plan(call)
	traces.Current(ctx).Text("magpie.command", plan.Command)
	var no *notAllowed
	if errors.As(err, &no) {
		return plan.account, Answer{}, b.refused(ctx, call, no)
	}
	call.Account, call.named, b = plan.account, plan.named, b.on(plan.account)
	if call.ByToken {
		if err := b.peopleOnly(ctx, call, plan); err != nil {
			return plan.account, Answer{}, err
		}
	}
	switch {
	case err != nil:
		return plan.account, Answer{}, err
	case call.ByToken && plan.Form != nil:
		return plan.account, Answer{}, cards.Refuse("fault.token_form", "line", cards.Code(plan.Command), "path", plan.Command)
	case plan.Form != nil:
		if err := b.aboutRequest(ctx, call, plan.Form); err != nil {
			return plan.account, Answer{}, err
		}
		b.withAudiences(ctx, call, plan.Form)
		b.served.withAccounts(plan.Form)
		return plan.account, Answer{Form: plan.Form}, nil
	}
	switch err := b.sight.mayPlanned(ctx, call, plan); {
	case err != nil:
		return plan.account, Answer{}, err
	case plan.Ask == nil && call.instead != nil:
		return plan.account, Answer{}, cards.Refuse("fault.change_asks_nothing", "n", call.instead.N)
	case plan.Ask == nil:
		done, err := plan.command.do(ctx, b, call, plan.args)
		if err == nil && call.ByToken && b.index.asksBack(plan, done) {
			err = &cards.Refusal{Text: done.Card.Body[0]} // nothing was done, and nobody is there who answers
		}
		return plan.account, done, err
	}
	if err := b.prepare(ctx, call, plan); err != nil {
		return plan.account, Answer{}, err
	}
	said, err := b.outbox.Ask(ctx, *plan.Ask)
	atPeople(err, plan)
	done, err := answer(said, err)
	if err == nil && plan.command.instead != nil {
		done.Card.Buttons = append(done.Card.Buttons, plan.command.instead(b, *plan.Ask)...)
	}
	return plan.account, done, err
}

// answer shows what came of a line that the outbox has taken.
func answer(said outbox.Said, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	return Answer{Request: said.N, Card: cards.Card{Body: []cards.Text{said.Text}, Buttons: said.Buttons}}, nil
}
