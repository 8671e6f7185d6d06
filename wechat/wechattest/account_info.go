package wechattest

// accountInfo says what kind of account this is, where Options.AccountType does. Its page
// promises it to third-party platforms alone (openApi/miniprogram-management/
// basic-info-management/api_getaccountbasicinfo); with an account's own token some are told
// and others refused with 48001, as public projects report.
func (s *Server) accountInfo(*call) reply {
	if s.opts.AccountType == 0 {
		return refuse(48001)
	}
	return reply{fields: map[string]any{"appid": s.opts.AppID, "account_type": s.opts.AccountType}}
}
