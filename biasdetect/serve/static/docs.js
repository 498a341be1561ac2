"use strict";

// no validator: it would ask another server
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", validatorUrl: null });
