"""Discord's component JSON and custom_ids, without anything of ours in them."""
