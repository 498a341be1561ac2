"""The language server for editors. Needs the ``lsp`` extra."""
