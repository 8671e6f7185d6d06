package wechat

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"magpie/wechat/apis"
)

// The limits of the template library.
const (
	MaxLibraryPage = 30 // titles in one answer
	MinKeywords    = 2  // of a template that is added
	MaxKeywords    = 5
	MaxScene       = 15 // characters of what it is for
)

// TemplateCategory is one of the account's categories, to which the library's
// templates belong.
type TemplateCategory struct {
	ID   int
	Name string
}

// LibraryTitle is one template of the library.
type LibraryTitle struct {
	ID       string // its number in the library, tid
	Title    string
	Kind     string // TemplateOnce or TemplateLongTerm
	Category string // the id of its category
}

// LibraryPage is one page of the library's templates.
type LibraryPage struct {
	Count  int // in all
	Titles []LibraryTitle
}

// LibraryKeyword is a field that a template of the library offers.
type LibraryKeyword struct {
	ID      int    `json:"kid"`
	Name    string `json:"name"`
	Example string `json:"example"`
	Type    string `json:"type"` // thing, see FieldType
}

// NewTemplate adds a template of the library to the account.
type NewTemplate struct {
	ID       string `json:"tid"`
	Keywords []int  `json:"kidList"`   // in the order in which they are shown
	Scene    string `json:"sceneDesc"` // what the account needs it for
}

// Check asks for the number, 2 to 5 keywords, none twice, and a scene. Earlier
// clients leave the scene out; the page calls it required.
func (t NewTemplate) Check() error {
	var f faults
	f.need("tid", t.ID)
	f.between("kidList", len(t.Keywords), MinKeywords, MaxKeywords)
	seen := map[int]bool{}
	for _, id := range t.Keywords {
		if seen[id] {
			f.add("kidList", ruleTwice)
			break
		}
		seen[id] = true
	}
	f.need("sceneDesc", t.Scene)
	f.atMost("sceneDesc", t.Scene, MaxScene)
	return f.err()
}

type categoriesReply struct {
	answer
	Data []struct {
		ID   looseInt    `json:"id"`
		Name looseString `json:"name"`
	} `json:"data"`
}

func (r *categoriesReply) missing(a answer) string { return dataMissing(r.Data == nil, a) }

// dataMissing takes errcode 0 for the promise: an empty list may be left out.
func dataMissing(none bool, a answer) string {
	if none && !a.ErrCode.given {
		return "data"
	}
	return ""
}

// TemplateCategories lists the account's categories.
//
// WeChat: GET /wxaapi/newtmpl/getcategory
func (c *Client) TemplateCategories(ctx context.Context) ([]TemplateCategory, error) {
	var out categoriesReply
	if err := c.call(ctx, request{api: apis.LibraryCategories, out: &out}); err != nil {
		return nil, err
	}
	all := []TemplateCategory{}
	for _, d := range out.Data {
		all = append(all, TemplateCategory{d.ID.n, string(d.Name)})
	}
	return all, nil
}

type titlesReply struct {
	answer
	Count looseInt `json:"count"`
	Data  []struct {
		ID       looseString `json:"tid"`
		Title    looseString `json:"title"`
		Type     looseInt    `json:"type"`       // 2 once, 3 long-term
		Category looseString `json:"categoryId"` // a number in the page's table, a string in its example
	} `json:"data"`
}

func (r *titlesReply) missing(a answer) string { return dataMissing(r.Data == nil, a) }

// LibraryTitles lists the library's templates of some of the account's
// categories, from the start-th on, at most MaxLibraryPage of them.
//
// WeChat: GET /wxaapi/newtmpl/getpubtemplatetitles
func (c *Client) LibraryTitles(ctx context.Context, categories []int, start, limit int) (*LibraryPage, error) {
	var f faults
	if len(categories) == 0 {
		f.add("ids", ruleRequired)
	}
	if start < 0 {
		f.add("start", ruleNumber)
	}
	f.between("limit", limit, 1, MaxLibraryPage)
	if err := f.err(); err != nil {
		return nil, err
	}
	ids := make([]string, len(categories))
	for i, id := range categories {
		ids[i] = strconv.Itoa(id)
	}
	query := url.Values{"ids": {strings.Join(ids, ",")}, "start": {strconv.Itoa(start)}, "limit": {strconv.Itoa(limit)}}
	var out titlesReply
	if err := c.call(ctx, request{api: apis.LibraryTitles, query: query, out: &out}); err != nil {
		return nil, err
	}
	page := &LibraryPage{Count: out.Count.n}
	for _, d := range out.Data {
		kind := TemplateOnce
		if d.Type.n == 3 {
			kind = TemplateLongTerm
		}
		page.Titles = append(page.Titles, LibraryTitle{string(d.ID), string(d.Title), kind, string(d.Category)})
	}
	return page, nil
}

type keywordsReply struct {
	answer
	Data []struct {
		ID      looseInt    `json:"kid"`
		Name    looseString `json:"name"`
		Example looseString `json:"example"`
		Rule    looseString `json:"rule"`
	} `json:"data"`
}

func (r *keywordsReply) missing(a answer) string { return dataMissing(r.Data == nil, a) }

// LibraryKeywords lists the fields that a template of the library offers.
//
// WeChat: GET /wxaapi/newtmpl/getpubtemplatekeywords
func (c *Client) LibraryKeywords(ctx context.Context, tid string) ([]LibraryKeyword, error) {
	var f faults
	f.need("tid", tid)
	if err := f.err(); err != nil {
		return nil, err
	}
	var out keywordsReply
	if err := c.call(ctx, request{api: apis.LibraryKeywords, query: url.Values{"tid": {tid}}, out: &out}); err != nil {
		return nil, err
	}
	all := []LibraryKeyword{}
	for _, d := range out.Data {
		all = append(all, LibraryKeyword{d.ID.n, string(d.Name), string(d.Example), string(d.Rule)})
	}
	return all, nil
}

type addedReply struct {
	answer
	ID looseString `json:"priTmplId"`
}

func (r *addedReply) missing(answer) string {
	if r.ID == "" {
		return "priTmplId"
	}
	return ""
}

// AddTemplate adds a template of the library to the account and returns the id
// to send with.
//
// WeChat: POST /wxaapi/newtmpl/addtemplate
func (c *Client) AddTemplate(ctx context.Context, t NewTemplate) (string, error) {
	if err := t.Check(); err != nil {
		return "", err
	}
	var out addedReply
	if err := c.call(ctx, request{api: apis.LibraryAdd, in: t, out: &out}); err != nil {
		return "", err
	}
	return string(out.ID), nil
}

// DeleteTemplate takes a template of subscriptions from the account. It cannot be
// undone: added anew, it has another id.
//
// WeChat: POST /wxaapi/newtmpl/deltemplate
func (c *Client) DeleteTemplate(ctx context.Context, id string) error {
	var f faults
	f.need("priTmplId", id)
	if err := f.err(); err != nil {
		return err
	}
	in := struct {
		ID string `json:"priTmplId"`
	}{id}
	return c.call(ctx, request{api: apis.LibraryDelete, in: in, out: &done{}})
}
