package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"magpie/articles"
	"magpie/audiences"
	"magpie/bot"
	"magpie/cards"
	"magpie/commands"
	"magpie/config"
	"magpie/homes"
	"magpie/jobs"
	"magpie/journal"
	"magpie/logs"
	"magpie/metrics"
	"magpie/outbox"
	"magpie/outcomes"
	"magpie/posts"
	"magpie/retention"
	"magpie/schedules"
	"magpie/store"
	"magpie/traces"
	"magpie/wechat"
)

// house is everything that runs, wired.
type house struct {
	accounts  wechat.Accounts
	db        *store.DB
	sealer    *journal.Sealer
	jobs      *jobs.Jobs
	posts     *posts.Posts
	outbox    *outbox.Outbox
	schedules *schedules.Schedules
	articles  *articles.Desk
	audiences *audiences.Audiences
	outcomes  *outcomes.Outcomes
	book      *commands.Book
	bot       *bot.Bot
	teller    *bot.Teller
	templates map[string]*commands.Templates // by AppID
	directory *bot.Directory
	scopes    *bot.Scopes
	channels  *bot.ChannelNames
	homes     *homes.Homes
	clock     *store.Clock
	metrics   *metrics.Metrics
	traces    *traces.Traces      // nil: none are made
	listener  net.Listener        // nil: no HTTP is served
	events    http.Handler        // WeChat's; nil: none are received
	api       *api                // what other programs say
	forgetter *forgetter          // forgets people
	retainer  *retention.Retainer // removes what ended long ago
	byHTTP    bool                // Slack posts what it has to say
	now       func() time.Time
	log       *slog.Logger

	auditChannel string // where the record's newest hash is posted; "": nowhere
	secret       []byte
	zone         *time.Location
}

func build(ctx context.Context, cfg config.Config, rules rules, furniture furniture, now func() time.Time, log *slog.Logger) (_ *house, err error) {
	h := &house{log: log, auditChannel: cfg.AuditChannel, secret: cfg.SecretKey, zone: cfg.Zone}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if cfg.HTTPAddr != "" {
		if h.listener, err = net.Listen("tcp", cfg.HTTPAddr); err != nil {
			return nil, fmt.Errorf("HTTP_ADDR: %w", err)
		}
	}
	if h.db, err = store.Open(ctx, cfg.DatabaseURL, log); err != nil {
		return nil, err
	}
	if err := useKeys(ctx, cfg, h.db, log); err != nil {
		return nil, err
	}
	// Everything goes by the clock that processes agree on.
	h.clock = h.db.Clock(now, log)
	if err := compareAtStart(ctx, h.clock); err != nil {
		return nil, err
	}
	now, h.now = h.clock.Now, h.clock.Now
	h.metrics = h.newMetrics(appIDs(cfg))
	if h.traces, err = openTraces(ctx, cfg.Traces, log); err != nil {
		return nil, err
	}
	if h.accounts, err = newAccounts(cfg, h.db, now, h.watchOf, logs.Of(log, logs.WeChat)); err != nil {
		return nil, err
	}
	if err := h.adoptNicknames(ctx); err != nil {
		return nil, err
	}
	h.templates = make(map[string]*commands.Templates, len(h.accounts))
	served := make(outbox.Accounts, len(h.accounts))
	for i, a := range h.accounts {
		served[i] = a.AppID()
		h.templates[a.AppID()] = commands.NewTemplates(a, store.Nicknames{DB: h.db, Account: a.AppID()}, logs.Of(log, logs.WeChat))
	}
	words, err := bot.NewWords(log)
	if err != nil {
		return nil, err
	}
	toSlack := logs.Of(log, logs.Slack)
	h.scopes = bot.NewScopes(toSlack)
	h.scopes.CountLimits(h.metrics.Limited)
	client := h.scopes.NewClient(cfg.SlackBotToken, cfg.SlackAppToken, cfg.SlackAPIURL)
	waiting, err := outbox.SetsWaiting(ctx, h.db)
	if err != nil {
		return nil, err
	}
	groups, people := slackIDs(slices.Concat(cfg.Admins, cfg.Approvers, cfg.Senders, rules.policy.Named(), waiting))
	directory := bot.NewDirectory(client, bot.DirectoryOptions{Groups: groups, Voices: rules.policy.Named(), People: people, Language: cfg.Language, Log: toSlack})
	members := bot.NewMembers(client, now, toSlack)
	roles := commands.NewRoles(cfg.Admins, cfg.Approvers, cfg.Senders, directory)
	mention := cfg.Approvers
	if len(mention) == 0 {
		mention = cfg.Admins
	}
	h.teller = bot.NewTeller(client, words, directory, cfg.Language, cfg.Zone.String(), shownAccounts{h})
	h.directory = directory
	h.homes = h.newHomes()
	files := h.scopes.NewFiles(cfg.SlackBotToken, cfg.SlackAPIURL)
	h.sealer = &journal.Sealer{DB: h.db, Accounts: accountsOfActs, Log: log}
	h.jobs = jobs.New(jobs.Options{DB: h.db, Now: h.queueNow(), Accounts: len(h.accounts), Failed: h.countFailed, Log: log})
	h.posts = posts.New(posts.Options{DB: h.db, Jobs: h.jobs, Teller: h.teller, Changed: h.homes.Changed, Traces: h.traces, Now: now, Log: toSlack})
	h.outbox = outbox.New(outbox.Options{
		DB: h.db, Jobs: h.jobs, Posts: h.posts, Roles: roles, Members: members, Policy: rules.policy, TTL: cfg.ApprovalTTL, Valid: cfg.ApprovalValid, UndoWindow: cfg.UndoWindow, Rates: rules.rates, FailureLimit: rules.limit,
		Sharer: files, Say: func(t cards.Text) string { return words.Plain(t, cfg.Language, cfg.Zone.String()) },
		Accounts: served, Earlier: h.earlier(), Title: func(account string) cards.Text { return h.book.Title(account) }, Name: func(account string) string { return h.accounts.Of(account).Name }, Mention: mention, ApprovalsChannel: cfg.ApprovalsChannel, Entered: h.countEntered, Delivered: h.countDelivered, Traces: h.traces, Now: now, Log: log,
	})
	directory.TellAdmins(cfg.Admins, h.posts.TellOnce)
	h.scopes.TellAdmins(directory.AdminsNow, h.posts.TellOnce)
	h.channels = bot.NewChannelNames(client, rules.in.Named(), directory.AdminsNow, h.posts.TellOnce, toSlack)
	members.Name(h.channels)
	h.schedules = schedules.New(schedules.Options{
		DB: h.db, Jobs: h.jobs, Posts: h.posts, Outbox: h.outbox, Person: directory.Lookup, Zone: cfg.Zone, Least: cfg.ScheduleMin, Grace: cfg.ScheduleGrace, Lead: cfg.ScheduleLead, Quiet: rules.quiet, Fired: h.metrics.Fired, Now: now, Log: log,
	})
	h.audiences = audiences.New(audiences.Options{DB: h.db, Jobs: h.jobs, Posts: h.posts, Outbox: h.outbox, Files: files, WeChat: h.accounts, Now: now, Log: log})
	h.outbox.Lend(h.audiences)
	h.articles = newDesk(cfg, furniture, h, files, log)
	if err := h.articles.Open(ctx); err != nil {
		return nil, err
	}
	h.outcomes = outcomes.New(outcomes.Options{
		DB: h.db, Jobs: h.jobs, Posts: h.posts, Outbox: h.outbox, Articles: h.articles, WeChat: h.accounts, Off: !cfg.Results, Now: now, Log: log,
	})
	strays, err := h.outbox.HasStrayChannels(ctx)
	if err != nil {
		return nil, err
	}
	h.forgetter = newForgetter(&retention.Keeper{DB: h.db, Now: now, Log: log}, log)
	h.retainer = &retention.Retainer{DB: h.db, For: cfg.Retain, Said: cfg.RetainSaid, Zone: cfg.Zone, Now: now, Log: log}
	h.book = commands.New(commands.Options{Forgetter: h.forgetter, Strays: strays, CommandsIn: rules.in, Outbox: h.outbox, Schedules: h.schedules, Articles: h.articles, Audiences: h.audiences, Outcomes: h.outcomes, Accounts: h.accounts, Templates: h.templates, Roles: roles, Channels: members, Files: files, Homes: h.homes, Command: cfg.SlackCommand, Traces: h.traces, Now: now, Log: log})
	hearing := bot.Options{
		Client: client, APIURL: cfg.SlackAPIURL, Book: h.book, Directory: directory, Members: members, Homes: h.homes, Words: words, Command: cfg.SlackCommand, Language: cfg.Language, Zone: cfg.Zone.String(), Acknowledged: h.metrics.Acknowledged, Traces: h.traces, Log: toSlack,
	}
	if cfg.HTTPMode() {
		hearing.SigningSecret, hearing.Heard = cfg.SlackSigningSecret, &journal.Heard{DB: h.db, Now: now}
	} else if cfg.SlackSigningSecret != "" {
		log.Info("SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: Socket Mode is used")
	}
	h.bot, h.byHTTP = bot.New(hearing), cfg.HTTPMode()
	h.api = &api{house: h, words: words}
	h.events, err = newEvents(cfg, h)
	return h, err
}

// slackIDs tells groups from people, each once.
func slackIDs(ids []string) (groups, people []string) {
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if strings.HasPrefix(id, "S") {
			groups = append(groups, id)
		} else {
			people = append(people, id)
		}
	}
	return groups, people
}

// say is how the clock speaks: through the one door.
func (h *house) say(ctx context.Context, l schedules.Line) (int64, error) {
	answer, err := h.book.Run(ctx, commands.Call{
		Account: l.Account, Line: l.Text, Who: l.Who, Where: l.Where, Once: l.Once, Due: l.Due, Grace: l.Grace, Until: l.Until, Behind: l.Behind, Grant: l.Grant, Granted: l.Granted, Anyway: true, Note: l.Note, With: l.With,
	})
	h.homes.Acted()
	return answer.Request, err
}

func (h *house) close() {
	h.closeTraces()
	if h.listener != nil {
		h.listener.Close()
	}
	if h.db != nil {
		if err := h.db.Close(); err != nil {
			h.log.Warn("close the database", "error", err)
		}
	}
}

// shownAccounts has the Book, which is made later, say whose cards and lines are.
type shownAccounts struct{ *house }

func (s shownAccounts) Note(account string) cards.Text  { return s.book.Note(account) }
func (s shownAccounts) For(account, line string) string { return s.book.For(account, line) }
