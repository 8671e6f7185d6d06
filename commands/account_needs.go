package commands

import (
	"slices"

	"magpie/cards"
	"magpie/wechat"
)

// need says how a command is about accounts.
type need struct {
	none bool // it is about none: account= is no argument of it
	any  bool // it is about all, or about the one that is named
	// without are the arguments without all of which it is about none.
	without []string
	// several is the argument that names accounts, for each of which its line is said.
	several string
	kinds   []wechat.AccountKind // that WeChat offers it to; nil: to all
	called  cards.Text           // these kinds, in words
}

// takes reports whether a kind of account has the command. What kind one is where nobody has
// said is for WeChat to tell.
func (n need) takes(k wechat.AccountKind) bool {
	return n.kinds == nil || k == "" || slices.Contains(n.kinds, k)
}

// isAbout reports whether a line of these words is about an account.
func (n need) isAbout(words []Word) bool {
	if n.none {
		return false
	}
	return len(n.without) == 0 || slices.ContainsFunc(n.without, func(key string) bool { return hasKey(words, key) })
}

var (
	service  = need{kinds: []wechat.AccountKind{wechat.ServiceAccount}, called: cards.T("account.kinds_service")}
	official = need{kinds: []wechat.AccountKind{wechat.ServiceAccount, wechat.SubscriptionAccount}, called: cards.T("account.kinds_official")}
	mini     = need{kinds: []wechat.AccountKind{wechat.MiniProgram}, called: cards.T("account.kinds_miniprogram")}
	every    = need{}
	ofAll    = need{any: true}
	ofNone   = need{none: true}
)

// needs is every command's need. docs/wechat.md shows it.
var needs = map[string]need{
	"subscribe send":       official, // by its page; its guide says service accounts: docs/wechat.md
	"template send":        service,
	"weapp subscribe send": mini,
	"weapp templates":      mini,
	"uniform send":         mini,
	"activity create":      mini,
	"activity update":      mini,
	"news upload":          official,
	"mass send":            official,
	"preview":              official,
	"audience tag":         official,
	"audience followers":   official,
	"followers":            official,
	"tags":                 official,
	"drafts":               official,
	"draft show":           official,
	"material list":        official,
	"material upload":      official,
	"article upload":       {kinds: official.kinds, called: official.called, several: accountsKey},
	"article publish":      official,
	"article take-back":    official,

	"audience import":     every,
	"audience test":       every,
	"me":                  every,
	"audience list":       ofAll,
	"audience show":       every,
	"audience rows":       every,
	"audience remove":     every,
	"audiences":           ofAll,
	"unsubscribe add":     every,
	"unsubscribe remove":  every,
	"unsubscribe list":    every,
	"templates":           every,
	"template name":       every,
	"template categories": every,
	"template library":    every,
	"template add":        every,
	"template delete":     every,
	"quota":               every,
	"rid":                 every,
	"schedule add":        every,
	"schedule once":       every,
	"schedule edit":       every,
	"schedules":           ofAll,
	"schedule show":       every,
	"schedule next":       ofAll,
	"schedule history":    every,
	"schedule pause":      every,
	"schedule resume":     every,
	"schedule run":        every,
	"schedule remove":     every,
	"schedule missed":     every,
	"article preview":     {without: []string{"to"}, kinds: official.kinds, called: official.called},
	"article import":      {without: []string{"url", "media_id", "article_id"}, kinds: official.kinds, called: official.called},

	"audience subscribed": every,
	"custom send":         every,
	"tag create":          official,
	"tag add":             official,
	"tag remove":          official,
	"qrcode":              service,
	"pictures upload":     official,

	"comments":          official,
	"comment reply":     official,
	"comment unreply":   official,
	"comment feature":   official,
	"comment unfeature": official,
	"comment delete":    official,
	"comment open":      official,
	"comment close":     official,

	"article diff":    ofAll,
	"article results": ofAll,
	"accounts":        ofNone,
	"away":            ofNone,
	"token new":       ofNone,
	"token revoke":    ofNone,
	"tokens":          ofNone,
	"who may":         ofNone,
	"account use":     ofNone,

	"requests":   ofAll,
	"pause-all":  ofAll,
	"resume-all": ofAll,

	"article draft":     ofNone,
	"articles":          ofNone,
	"article show":      ofNone,
	"article outline":   ofNone,
	"article edit":      ofNone,
	"article revise":    ofNone,
	"article translate": ofNone,
	"article history":   ofNone,
	"article check":     ofNone,
	"article waive":     ofNone,
	"article cover":     ofNone,
	"article theme":     ofNone,
	"article stop":      ofNone,
	"article again":     ofNone,
	"article remove":    ofNone,
	"article mend":      ofNone,
	"mass delete":       ofAll, // the request that it names is an account's
	"show":              ofNone,
	"audit":             ofNone,
	"forget":            ofNone,
	"details":           ofNone,
	"reasons":           ofNone,
	"approve":           ofNone,
	"reject":            ofNone,
	"withdraw":          ofNone,
	"ask-changes":       ofNone,
	"check":             ofNone,
	"save":              ofNone,
	"saved":             ofNone,
	"saved remove":      ofNone,
	"say":               ofNone,
	"change":            ofNone,
	"again":             ofNone,
	"leave":             ofNone,
	"pause":             ofNone,
	"resume":            ofNone,
	"stop":              ofNone,
	"help":              ofNone,
	"start":             ofNone,
	"forms":             ofNone,
	"plain-words":       ofNone,
	"send-this":         ofNone,
	"home":              ofNone,
	"anyway":            ofNone,
	"again failed":      ofNone,
	"trial":             ofNone,
	"rows":              ofNone,
}
