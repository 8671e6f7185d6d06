package wechattest

import (
	"fmt"
	"slices"
	"strings"

	"magpie/wechat/apis"
)

// Kind is what sort of account one is. WeChat refuses each the APIs of the others, so that no
// one account can do everything: updatable messages are a Mini Program's, template messages a
// service account's.
type Kind string

// The kinds of account. AnyKind is all of them at once, which no account of WeChat's is.
const (
	AnyKind      Kind = ""
	Service      Kind = "service"
	Subscription Kind = "subscription"
	MiniProgram  Kind = "miniprogram"
)

// SetKind makes the account one of another kind.
func (s *Server) SetKind(k Kind) { s.set(func() { s.kind = k.known() }) }

func (k Kind) known() Kind {
	if !slices.Contains([]Kind{AnyKind, Service, Subscription, MiniProgram}, k) {
		panic(fmt.Sprintf("wechattest: no account is of the kind %q", string(k)))
	}
	return k
}

// isOf reports whether the account is of one of the kinds. One of any kind is.
func (s *Server) isOf(kinds apis.Kinds) bool { return kinds.Include(string(s.kind)) }

// forbidden is the code by which the account is refused an API altogether, or 0: it is of
// another kind, or an Official Account that is not certified. A Mini Program needs no
// certificate for what it may call. The template library has a code of its own, and is for
// Mini Programs and certified Official Accounts.
func (s *Server) forbidden(path string, api route) int {
	library := strings.HasPrefix(path, "/wxaapi/newtmpl/")
	switch {
	case library && !s.certified && s.kind != AnyKind && s.kind != MiniProgram:
		return 200100
	case !s.isOf(api.For), api.Verified && !s.certified && s.kind != MiniProgram:
		return 48001
	}
	return 0
}
